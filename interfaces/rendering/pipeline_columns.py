"""The columns that can be expected after each step of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from ...engine.checking.step_check import TableColumns, columns_after
from ...engine.columns import Columns
from ...engine.errors import UserError
from ...engine.inline import inline_sources
from ...engine.pipeline import Pipeline, Step
from ...engine.reading import Source
from ...engine.registry import Registry


@dataclass(frozen=True)
class StepColumns:
    """What a step adds to its table and takes away, and the columns after it."""

    added: Columns
    removed: tuple[str, ...]
    after: Columns


def columns_by_step(
    pipeline: Pipeline, registry: Registry, sources: Mapping[str, Source] | None
) -> dict[str, StepColumns]:
    """Return the columns by step id, as far as they are known: without ``sources`` none, after a join none."""
    tables = {
        name: TableColumns.of_schema(source.schema)
        for name, source in {**(sources or {}), **inline_sources(pipeline)}.items()
    }
    found: dict[str, StepColumns] = {}
    for step in pipeline.steps:
        before = tables.get(step.input_table())
        after = _after(step, registry, before)
        if before is not None and after is not None:
            added = {name: kind for name, kind in after.columns.items() if name not in before.columns}
            gone = tuple(name for name in before.columns if name not in after.columns)
            found[step.id] = StepColumns(added, gone, after.columns)
        names = registry.get(step.operator).tables_out if step.operator in registry else ("rows",)
        for name in names:
            tables.pop(step.output_table(name), None)
            if after is not None:
                tables[step.output_table(name)] = after
    return found


def _after(step: Step, registry: Registry, before: TableColumns | None) -> TableColumns | None:
    if before is None or step.operator not in registry:
        return None
    operator = registry.get(step.operator)
    if len(operator.tables_in) > 1:
        return None
    try:
        return columns_after(step, operator, operator.params.model_validate(step.params), before)
    except (UserError, ValidationError, KeyError):
        return None
