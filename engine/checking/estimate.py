"""What a pipeline will ask of models, as far as that is known before it runs.

A filter may drop every row or none, so each step is counted as if it kept them all; and as often per row as its operator says
(``calls_per_row``), as if every answer were right at once. After a step that makes an unknown number of rows nothing is known of
the later ones, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..context import EMBEDDING, LLM
from ..errors import UserError
from ..models import Models
from ..operator import DatasetOperator, Operator, Params
from ..pipeline import Pipeline, Step
from ..registry import Registry
from ..row_bindings import columns_read
from .model_check import model_name, role_of
from .step_check import params_of

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for European languages; other scripts take more tokens."""

_COUNT = "count"
"""The parameter that says how many children an operator makes of a row."""


@dataclass(frozen=True)
class StepEstimate:
    """What one step asks if it gets all rows that it may. What cannot be known is ``None``.

    ``prompt_tokens`` counts the text of the columns that are read alone, without the prompt around it; for a step that is
    given whole rows, that of all columns whose length is known.
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
        children = _children(step, operator)
        return None if rows is None or children is None else rows * children
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
    params = params_of(step, operator)
    calls = None if asked is None or params is None else asked * operator.calls(params)
    length = None if params is None else _length(step, operator, params, characters)
    tokens = None if calls is None or length is None else round(calls * length / CHARACTERS_PER_TOKEN)
    role = role_of(step, operator, need)
    return StepEstimate(step.id, step.operator, role, _model(models, role), asked, calls, tokens)


def _length(step: Step, operator: Operator, params: Params, characters: Mapping[str, float]) -> float | None:
    """The mean length of what a step reads of a row, where it is known."""
    columns = columns_read(step, operator, params, characters)
    lengths = [characters[name] for name in columns if name in characters]
    return sum(lengths) if columns and len(lengths) == len(columns) else None


def _children(step: Step, operator: Operator) -> int | None:
    declared = operator.params.model_fields.get(_COUNT)
    count = step.params.get(_COUNT, declared.default if declared is not None else None)
    return count if isinstance(count, int) else None


def _model(models: Models | None, role: str) -> str | None:
    try:
        return None if models is None else model_name(models.identity(role))
    except UserError:
        return None
