"""Columns that nobody asked to change are as they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ..faithfulness import changed_types, changes
from ..measurability import missing_columns, obstacle
from ..memory_output import MemoryOutput
from ..template import CheckParams, CheckTemplate, Measurement
from ..view import Output
from ..wording import columns_named, counted


class UntouchedColumnsParams(CheckParams):
    """The columns."""

    columns: Annotated[list[str], Field(min_length=1)]


class UntouchedColumns(CheckTemplate[UntouchedColumnsParams]):
    """In every row the columns hold exactly what they hold in the row's origin; a column that is gone was touched."""

    name = "untouched_columns"
    summary = "Columns are as they were in the input."
    Params = UntouchedColumnsParams

    def describe(self, params: UntouchedColumnsParams) -> str:
        verb = "holds" if len(params.columns) == 1 else "hold"
        return f"The {columns_named(params.columns)} {verb} exactly what the input holds."

    def measure(self, output: Output, params: UntouchedColumnsParams) -> Measurement:
        hindered = obstacle(output) or _unknown(output, params)
        if hindered is not None:
            return hindered
        gone = missing_columns(output, params.columns)
        if gone:
            return Measurement("failed", f"{columns_named(gone)} of the input missing in the output")
        copies = {name: name for name in params.columns}
        retyped = changed_types(output, copies)
        if retyped:
            return Measurement("failed", f"{columns_named(retyped)} changed type")
        found = changes(output, copies)
        rows = counted(output.rows.num_rows, "row")
        if not found.by_column:
            return Measurement("passed", f"{columns_named(params.columns)} unchanged in all {rows}")
        changed = ", ".join(f"`{name}` in {count:,}" for name, count in found.by_column.items())
        return Measurement("failed", f"changed: {changed} of {rows}; e.g. {found.failing[0]}", found.failing)

    def conforming(self, params: UntouchedColumnsParams) -> MemoryOutput:
        return _output(params, ["b", "c", None], [1, 2, 3])

    def mutants(self, params: UntouchedColumnsParams) -> Iterator[Output]:
        for changed in params.columns:
            yield _output(params, ["b", "c ", None], [1, 2, 3], changed)
            yield _output(params, ["b", "c", ""], [1, 2, 3], changed)
            yield _output(params, [None, None, None], [1, 2, 3], changed)
        yield _output(params, ["b", "c", None], [2, 1, 3])
        for gone in params.columns:
            left = {name: ["b", "c", None] for name in [*params.columns, f"not {gone}"] if name != gone}
            yield MemoryOutput({"train": left}, source=_source(params), origins=[(1,), (2,), (3,)])


def _unknown(output: Output, params: UntouchedColumnsParams) -> Measurement | None:
    there = output.source.schema.names
    missing = [name for name in params.columns if name not in there]
    return Measurement("unverified", f"{columns_named(missing)} not in the input") if missing else None


def _source(params: UntouchedColumnsParams) -> dict[str, list[str | None]]:
    return {name: ["a", "b", "c", None] for name in params.columns}


def _output(
    params: UntouchedColumnsParams, values: list[str | None], origins: list[int], only: str | None = None
) -> MemoryOutput:
    """Rows that come from all rows but the first, with ``values`` in one column or in all."""
    kept: list[str | None] = ["b", "c", None]
    columns = {name: values if only in (None, name) else kept for name in params.columns}
    return MemoryOutput({"train": columns}, source=_source(params), origins=[(origin,) for origin in origins])
