"""Which share of the input is still there in the output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from ..memory_output import MemoryOutput
from ..row_views import NumberedRows
from ..shares import share_samples, share_within, shares_outside
from ..template import CheckParams, CheckTemplate, Interval, Measurement
from ..view import Output
from ..wording import counted, percent


class KeptShareParams(CheckParams):
    """The bounds of the share, both inclusive."""

    min: Annotated[float | None, Field(ge=0, le=1)] = None
    max: Annotated[float | None, Field(ge=0, le=1)] = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> KeptShareParams:
        low, high = self.min or 0.0, 1.0 if self.max is None else self.max
        if low == 0 and high == 1:
            raise ValueError("give `min` above 0 or `max` below 1")
        if low > high:
            raise ValueError(f"`min` ({low}) is above `max` ({high})")
        return self


class KeptShare(CheckTemplate[KeptShareParams]):
    """The share of input rows that are the origin of an output row lies within bounds."""

    name = "kept_share"
    summary = "The share of the input that is kept."
    Params = KeptShareParams
    needs_all_rows = True

    def describe(self, params: KeptShareParams) -> str:
        low = [] if params.min is None else [f"at least {percent(params.min)}"]
        high = [] if params.max is None else [f"at most {percent(params.max)}"]
        return f"The output keeps {' and '.join(low + high)} of the input's rows."

    def measure(self, output: Output, params: KeptShareParams) -> Measurement:
        total = output.source.num_rows
        if not total:
            return Measurement("unverified", "the input has no rows")
        kept = np.zeros(total, dtype=np.bool_)
        for origins in output.origins:
            for origin in origins:
                if not 0 <= origin < total:
                    return Measurement("unverified", "an output row names an origin that is not in the input")
                kept[origin] = True
        count = int(np.count_nonzero(kept))
        within = share_within(count, total, params.min, params.max)
        evidence = f"{count:,} of the input's {counted(total, 'row')} ({percent(count / total)}) are kept"
        return Measurement("passed" if within else "failed", evidence)

    def conforming(self, params: KeptShareParams) -> MemoryOutput:
        kept, total = share_samples(params.min, params.max)
        return _output(range(kept), total)

    def mutants(self, params: KeptShareParams) -> Iterator[Output]:
        kept, total = share_samples(params.min, params.max)
        for count in shares_outside(params.min, params.max, total):
            yield _output(range(count), total)
            if 0 < count < kept:
                # As many rows as asked for, but some of them twice.
                yield _output([position % count for position in range(kept)], total)

    def intervals(self, params: KeptShareParams) -> Sequence[Interval]:
        return (Interval("share of the input's rows", params.min, params.max),)


def _output(origins: Sequence[int], total: int) -> MemoryOutput:
    return MemoryOutput(
        {"train": NumberedRows(len(origins))},
        source=NumberedRows(total),
        origins=[(origin,) for origin in origins],
    )
