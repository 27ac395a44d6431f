"""What a pipeline will ask of models, as far as that is known before it runs.

A filter may drop every row or none, so each step is counted as if it kept them all; and once per row (as often as its parameter
``count`` says where it samples), as if every answer were right at once. After a step that makes an unknown number of rows
nothing is known of the later ones, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..context import EMBEDDING, LLM
from ..errors import UserError
from ..models import Models
from ..operator import DatasetOperator, Operator
from ..pipeline import Pipeline, Step
from ..registry import Registry
from .model_check import model_name, role_of

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for European languages; other scripts take more tokens."""

_COUNT = "count"
"""The parameter that says how many answers are sampled, or children made, per row."""


@dataclass(frozen=True)
class StepEstimate:
    """What one step asks if it gets all rows that it may. What cannot be known is ``None``.

    ``prompt_tokens`` counts the text of the bound columns alone, without the prompt around it.
    """

    step: str
    operator: str
    role: str
    model: str | None
    rows: int | None
    calls: int | None
    prompt_tokens: int | None


def estimate(
    pipeline: Pipeline,
    registry: Registry,
    rows_by_source: Mapping[str, int],
    models: Models | None = None,
    characters: Mapping[str, float] | None = None,
) -> list[StepEstimate]:
    """Return an estimate for each step that asks a model, in order; steps with unknown operators are left out.

    ``characters`` gives the mean length of the values of columns, as a profile knows it. A step of a top-up is counted for
    as many rounds as it may take.
    """
    known: dict[str, int] = {**rows_by_source, **{name: len(rows) for name, rows in pipeline.inline.items()}}
    tables: dict[str, int | None] = dict(known)
    found = []
    for step in pipeline.steps:
        if step.operator not in registry:
            tables[step.output_table()] = None
            continue
        operator = registry.get(step.operator)
        rows = _rows_in(step, operator, tables)
        for name in operator.tables_out:
            tables[step.output_table(name)] = _rows_out(step, operator, rows)
        tables.update({top_up.table: top_up.until for top_up in pipeline.top_ups if top_up.steps[-1] == step.id})
        for need in (LLM, EMBEDDING):
            if need in operator.needs:
                found.append(_estimated(pipeline, step, operator, need, rows, models, characters or {}))
    return found


def _rows_in(step: Step, operator: Operator, tables: Mapping[str, int | None]) -> int | None:
    counts = [tables.get(step.input_table(name)) for name in operator.tables_in]
    sizes = [count for count in counts if count is not None]
    return sum(sizes) if len(sizes) == len(counts) else None


def _rows_out(step: Step, operator: Operator, rows: int | None) -> int | None:
    if operator.form == "dataset" and issubclass(operator.implementation, DatasetOperator):
        return None
    if operator.rows == "expand":
        return rows * _count(step, operator) if rows is not None and _COUNT in operator.params.model_fields else None
    return rows


def _estimated(
    pipeline: Pipeline,
    step: Step,
    operator: Operator,
    need: str,
    rows: int | None,
    models: Models | None,
    characters: Mapping[str, float],
) -> StepEstimate:
    rounds = next((top_up.max_rounds for top_up in pipeline.top_ups if step.id in top_up.steps), 1)
    asked = None if rows is None else rows * rounds
    calls = None if asked is None else asked * _count(step, operator)
    columns = [step.bind.get(name, name) for name in operator.reads]
    lengths = [characters[name] for name in columns if name in characters]
    tokens = None
    if calls is not None and columns and len(lengths) == len(columns):
        tokens = round(calls * sum(lengths) / CHARACTERS_PER_TOKEN)
    role = role_of(step, operator, need)
    return StepEstimate(step.id, step.operator, role, _model(models, role), asked, calls, tokens)


def _count(step: Step, operator: Operator) -> int:
    declared = operator.params.model_fields.get(_COUNT)
    count = step.params.get(_COUNT, declared.default if declared is not None else 1)
    return count if isinstance(count, int) else 1


def _model(models: Models | None, role: str) -> str | None:
    try:
        return None if models is None else model_name(models.identity(role))
    except UserError:
        return None
