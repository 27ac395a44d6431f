"""Warnings: a pipeline that can run and will hardly do what is meant.

They are rules of thumb over the order of steps and the names of operators and columns, so they never keep anything from running.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..context import EMBEDDING, LLM
from ..operator import Operator, Phase
from ..pipeline import Pipeline, Step
from ..registry import Registry
from ..row_bindings import columns_read
from .model_check import role_of
from .problem import Problem
from .step_check import params_of

_GOLD = frozenset({"answer", "gold", "gold_answer", "ground_truth", "label", "reference", "solution", "target"})
"""Columns that hold what is right for the row as it was given."""

_LINES = frozenset({"line", "lines", "paragraph", "paragraphs"})
"""Words in the names of operators that look at the lines of a text."""

_KEEPS_LINES = "keep_newlines"
"""The parameter with which operators join lines when it is off."""


@dataclass(frozen=True)
class _Seen:
    """What the steps of a table so far have done, each with the step that did it."""

    latest: tuple[Phase, str] | None = None
    joined: tuple[tuple[str, str], ...] = ()
    """Columns whose lines were joined."""
    expanded: tuple[str, frozenset[str]] | None = None
    """The step that made several rows of one, and the columns that were written since."""
    generated: tuple[str, frozenset[str]] | None = None
    """The step that generated, and the columns that were written since."""


def lint_pipeline(pipeline: Pipeline, registry: Registry) -> list[Problem]:
    """Return all warnings; unknown operators are passed over, they are errors of the static check."""
    known = [step for step in pipeline.steps if step.operator in registry]
    return [
        *_order_warnings(known, registry),
        *_top_up_warnings(pipeline, registry),
        *_role_warnings(pipeline, registry),
    ]


def _order_warnings(steps: list[Step], registry: Registry) -> Iterator[Problem]:
    tables: dict[str, _Seen] = {}
    for step in steps:
        operator = registry.get(step.operator)
        seen = tables.get(step.input_table(operator.tables_in[0]), _Seen())
        for message in _messages(step, operator, seen):
            yield Problem(step.id, message, "warning")
        after = _after(step, operator, seen)
        tables.update({step.output_table(name): after for name in operator.tables_out})


def _messages(step: Step, operator: Operator, seen: _Seen) -> Iterator[str]:
    reads = frozenset(columns_read(step, operator, params_of(step, operator), ()))
    if seen.latest is not None and operator.phase < seen.latest[0]:
        yield (
            f"`{operator.name}` ({operator.phase.name}) usually comes before what step `{seen.latest[1]}` "
            f"does ({seen.latest[0].name})."
        )
    if _LINES.intersection(operator.name.split("_")):
        for column, by in seen.joined:
            if column in reads:
                yield f"it looks at the lines of `{column}`, and step `{by}` has joined them; put it before that step."
    if operator.rows != "filter" or not reads:
        return
    if seen.expanded is not None and not reads & seen.expanded[1]:
        yield (
            f"all rows that step `{seen.expanded[0]}` made of one have the same {_listed(reads)}, so they go or stay "
            f"together; put it before that step."
        )
    elif seen.generated is not None and reads & seen.generated[1] and (gold := reads & _GOLD - seen.generated[1]):
        yield (
            f"{_listed(gold)} was given for the row before step `{seen.generated[0]}` generated {_listed(reads - gold)}; "
            f"what is new is compared with what is old."
        )


def _after(step: Step, operator: Operator, seen: _Seen) -> _Seen:
    written = frozenset(step.write.get(name, step.bind.get(name, name)) for name in operator.writes)
    if operator.kind == "generate" or (operator.form == "dataset" and len(operator.tables_in) > 1):
        seen = replace(seen, latest=None, generated=(step.id, written) if operator.kind == "generate" else None)
    elif seen.latest is None or operator.phase > seen.latest[0]:
        seen = replace(seen, latest=(operator.phase, step.id))
    if operator.rows == "expand":
        return replace(seen, expanded=(step.id, written))
    since = {
        name: (mark[0], mark[1] | written)
        for name in ("expanded", "generated")
        if (mark := getattr(seen, name)) is not None
    }
    return replace(seen, joined=(*seen.joined, *_joined(step, operator)), **since)


def _joined(step: Step, operator: Operator) -> Iterator[tuple[str, str]]:
    declared = operator.params.model_fields.get(_KEEPS_LINES)
    if declared is not None and step.params.get(_KEEPS_LINES, declared.default) is False:
        for name in operator.writes:
            yield step.write.get(name, step.bind.get(name, name)), step.id


def _top_up_warnings(pipeline: Pipeline, registry: Registry) -> Iterator[Problem]:
    for top_up in pipeline.top_ups:
        steps = [step for step in pipeline.steps if step.id in top_up.steps]
        known = [registry.get(step.operator) for step in steps if step.operator in registry]
        if len(known) == len(steps) and not any(op.takes_context and op.form != "dataset" for op in known):
            yield Problem(
                None,
                f"every round of the top-up of `{top_up.table}` gives the same rows again: "
                "none of its steps asks a model or draws at random.",
                "warning",
            )


def _role_warnings(pipeline: Pipeline, registry: Registry) -> Iterator[Problem]:
    known = [(step, registry.get(step.operator)) for step in pipeline.steps if step.operator in registry]
    asked = {role_of(step, op, need) for step, op in known for need in (LLM, EMBEDDING) if need in op.needs}
    for role in pipeline.models:
        if role not in asked and len(known) == len(pipeline.steps):
            yield Problem(None, f"`models` names the role `{role}`, and no step asks a model as that.", "warning")


def _listed(columns: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(columns))
