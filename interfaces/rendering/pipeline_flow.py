"""Who reads what in a pipeline: the tables before and after each step, and how long each table is needed."""

from __future__ import annotations

from typing import NamedTuple

from ...engine.pipeline import Pipeline, Step
from ...engine.registry import Registry


class Flow(NamedTuple):
    """A step with the tables that it reads and makes, and those that are still needed after it."""

    step: Step
    reads: tuple[str, ...]
    makes: tuple[str, ...]
    alive: frozenset[str]
    needs_all_rows: bool


def flows_of(pipeline: Pipeline, registry: Registry) -> list[Flow]:
    """Return the steps in order; of an unknown operator it is taken that it reads and makes what the step names."""
    needed = {output.table for output in pipeline.outputs}
    flows: list[Flow] = []
    for step in reversed(pipeline.steps):
        operator = registry.get(step.operator) if step.operator in registry else None
        tables_in = operator.tables_in if operator else tuple(step.inputs) or ("rows",)
        tables_out = operator.tables_out if operator else tuple(step.outputs) or ("rows",)
        reads = tuple(dict.fromkeys(step.input_table(name) for name in tables_in))
        makes = tuple(dict.fromkeys(step.output_table(name) for name in tables_out))
        flows.append(Flow(step, reads, makes, frozenset(needed), operator is not None and operator.form == "dataset"))
        needed = (needed - {*makes}) | {*reads}
    return flows[::-1]


def given_tables(pipeline: Pipeline) -> list[str]:
    """Return the tables that are there before the first step."""
    return list(dict.fromkeys([*pipeline.sources, *pipeline.inline]))
