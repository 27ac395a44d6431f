"""The output is a sample of the input."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from ..memory_output import MemoryOutput
from ..row_views import NumberedRows
from ..template import CheckParams, CheckTemplate, Interval, Means, Measurement, Remedy
from ..view import Output
from ..wording import counted, number, percent

_BY_CHANCE = 1e9
"""One in how many random samples would have to look like the first rows for it to be no chance."""


class SampleParams(CheckParams):
    """The size, as a number of rows or as a share of them; the seed, which leaves no trace in the output."""

    count: Annotated[int | None, Field(ge=1, le=10_000_000)] = None
    fraction: Annotated[float | None, Field(gt=0, le=1)] = None
    seed: int | None = None

    @model_validator(mode="after")
    def _one_size(self) -> SampleParams:
        if (self.count is None) == (self.fraction is None):
            raise ValueError("give either `count` or `fraction`, and not both")
        return self


class Sample(CheckTemplate[SampleParams]):
    """The size is right, every row has exactly one origin, and no input row is there twice.

    Unverified are the input's first rows, since a random sample would hardly be that, and fewer rows than the fraction of
    the input: it is the fraction of the rows that reached the sampling, and other steps may have dropped some before.
    """

    name = "sample"
    summary = "The output is a random sample."
    Params = SampleParams
    needs_all_rows = True

    def describe(self, params: SampleParams) -> str:
        size = f"{counted(params.count, 'row')}" if params.count else f"{percent(params.fraction or 0)} of the rows"
        return f"The output is a random sample of {size}."

    def measure(self, output: Output, params: SampleParams) -> Measurement:
        rows = output.rows.num_rows
        if not rows:
            return Measurement("failed" if params.count else "unverified", "the output has no rows")
        broken = _broken_origins(output)
        if broken:
            return Measurement("failed", broken)
        if _are_the_first(output):
            return Measurement(
                "unverified", f"these are the input's first {counted(rows, 'row')}: hardly a random sample"
            )
        if params.count is not None:
            wanted, slack = params.count, 0
        else:
            wanted, slack = round((params.fraction or 0) * output.source.num_rows), 1
        evidence = f"{counted(rows, 'row')} of the input's {number(output.source.num_rows)}; {number(wanted)} asked for"
        if params.fraction is not None and rows < wanted - slack:
            return Measurement("unverified", f"{evidence}, if no other step dropped rows before")
        return Measurement("passed" if abs(rows - wanted) <= slack else "failed", evidence)

    def conforming(self, params: SampleParams) -> MemoryOutput:
        size, total = _sizes(params)
        return _output(_spread(size, total), total)

    def mutants(self, params: SampleParams) -> Iterator[Output]:
        size, total = _sizes(params)
        if total > size + 2:
            yield _output(_spread(size + 2, total), total)
        if params.count and size > 1:
            yield _output(_spread(size - 1, total), total)
        if size > 1:
            twice = _spread(size, total)
            yield _output([*twice[:-1], twice[0]], total)
        spread = [(position,) for position in _spread(size, total)]
        yield MemoryOutput({"train": NumberedRows(size)}, source=NumberedRows(total), origins=[*spread[:-1], ()])

    def remedies(self, params: SampleParams, means: Means) -> Sequence[Remedy]:
        return () if means == "edit" else (Remedy("sample_rows", params.model_dump()),)

    def intervals(self, params: SampleParams) -> Sequence[Interval]:
        return (Interval("rows", params.count, params.count),) if params.count else ()


def _broken_origins(output: Output) -> str:
    """What is wrong with the origins of a sample, or nothing."""
    rows, total = output.rows.num_rows, output.source.num_rows
    taken = np.zeros(total, dtype=np.bool_)
    for position, origins in enumerate(output.origins):
        if len(origins) != 1 or not 0 <= origins[0] < total:
            return f"row {position + 1:,} does not come from exactly one row of the input"
        if taken[origins[0]]:
            return f"row {position + 1:,} comes from an input row that is there already"
        taken[origins[0]] = True
    if len(output.origins) != rows:
        return f"origins are known of {len(output.origins):,} rows, and there are {rows:,}"
    return ""


def _are_the_first(output: Output) -> bool:
    """Whether the rows are the input's first, which of so many samples hardly one is."""
    rows, total = output.rows.num_rows, output.source.num_rows
    first = all(origins[0] < rows for origins in output.origins)
    return first and _log_of_samples(rows, total) > math.log(_BY_CHANCE)


def _log_of_samples(size: int, total: int) -> float:
    """The logarithm of how many samples of this size there are."""
    return math.lgamma(total + 1) - math.lgamma(size + 1) - math.lgamma(total - size + 1)


def _sizes(params: SampleParams) -> tuple[int, int]:
    if params.count is not None:
        return params.count, 2 * params.count + 10
    total = max(200, math.ceil(5 / (params.fraction or 1)))
    return round((params.fraction or 0) * total), total


def _spread(size: int, total: int) -> list[int]:
    """So many distinct positions that are not the first ones."""
    return list(range(total - size, total))


def _output(origins: Sequence[int], total: int) -> MemoryOutput:
    return MemoryOutput(
        {"train": NumberedRows(len(origins))}, source=NumberedRows(total), origins=[(origin,) for origin in origins]
    )
