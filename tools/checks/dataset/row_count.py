"""How many rows the output, or one of its splits, has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, model_validator

from ..memory_output import MemoryOutput
from ..row_views import NumberedRows
from ..template import CheckParams, CheckTemplate, Interval, Means, Measurement, Remedy
from ..view import Output
from ..wording import bounds, counted, quoted


class RowCountParams(CheckParams):
    """The bounds, both inclusive, and the split that they are about (all rows when none is named)."""

    min: Annotated[int | None, Field(ge=0)] = None
    max: Annotated[int | None, Field(ge=0)] = None
    split: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> RowCountParams:
        if not self.min and self.max is None:
            raise ValueError("give `min` of 1 or more, or `max`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"`min` ({self.min}) is above `max` ({self.max})")
        return self


class RowCount(CheckTemplate[RowCountParams]):
    """The number of rows lies within bounds."""

    name = "row_count"
    summary = "The number of rows."
    Params = RowCountParams
    needs_all_rows = True

    def describe(self, params: RowCountParams) -> str:
        where = "The output" if params.split is None else f"The split `{params.split}`"
        return f"{where} has {bounds(params.min, params.max, 'row')}."

    def measure(self, output: Output, params: RowCountParams) -> Measurement:
        if params.split is None:
            rows, where = output.rows, "the output"
        elif params.split in output.splits:
            rows, where = output.splits[params.split], f"the split `{params.split}`"
        else:
            there = quoted(output.splits)
            return Measurement("failed", f"there is no split `{params.split}`; there is {there}")
        count = rows.num_rows
        within = (params.min or 0) <= count and (params.max is None or count <= params.max)
        return Measurement("passed" if within else "failed", f"{where} has {counted(count, 'row')}")

    def conforming(self, params: RowCountParams) -> MemoryOutput:
        return _output(params.min or params.max or 0, params.split)

    def mutants(self, params: RowCountParams) -> Iterator[Output]:
        if params.min:
            yield from (_output(count, params.split) for count in dict.fromkeys((params.min - 1, 0)))
        if params.max is not None:
            yield from (_output(count, params.split) for count in (params.max + 1, 2 * params.max + 2))
        if params.split is not None:
            yield _output(params.min or params.max or 0, f"not {params.split}")

    def remedies(self, params: RowCountParams, means: Means) -> Sequence[Remedy]:
        if params.max is None or params.split is not None or means == "edit":
            return ()
        return (Remedy("first_rows", {"count": params.max}),)

    def intervals(self, params: RowCountParams) -> Sequence[Interval]:
        quantity = "rows" if params.split is None else f"rows of the split `{params.split}`"
        return (Interval(quantity, params.min, params.max),)


def _output(count: int, split: str | None) -> MemoryOutput:
    if split is None:
        return MemoryOutput({"train": NumberedRows(count)})
    return MemoryOutput({split: NumberedRows(count), f"beside {split}": NumberedRows(count + 3)})
