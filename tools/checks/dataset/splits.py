"""The output is divided into splits of given shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, model_validator

from ..memory_output import MemoryOutput
from ..row_views import NumberedRows
from ..template import CheckParams, CheckTemplate, Means, Measurement, Remedy
from ..view import Output
from ..wording import percent, quoted

_SUM = 1e-6
_SAMPLE_ROWS = 1_000


class SplitsParams(CheckParams):
    """The share of the rows by split, how far a share may be off (beyond one row), and the seed that was asked for.

    The seed goes to the operator that divides the rows; which rows it puts where cannot be seen in the output.
    """

    fractions: Annotated[dict[str, Annotated[float, Field(gt=0, le=1)]], Field(min_length=1)]
    tolerance: Annotated[float, Field(ge=0, le=0.5)] = 0.01
    seed: int | None = None

    @model_validator(mode="after")
    def _whole(self) -> SplitsParams:
        total = sum(self.fractions.values())
        if abs(total - 1) > _SUM:
            raise ValueError(f"the fractions sum to {total:g}; they must sum to 1")
        return self


class Splits(CheckTemplate[SplitsParams]):
    """The splits are exactly those asked for, none that should have a row is empty, and their shares are near enough."""

    name = "splits"
    summary = "The output is divided into splits."
    Params = SplitsParams

    def describe(self, params: SplitsParams) -> str:
        shares = [f"`{name}` ({percent(share)})" for name, share in params.fractions.items()]
        seeded = "" if params.seed is None else f", at random with seed {params.seed}"
        return f"The rows are divided into {', '.join(shares)}{seeded}."

    def measure(self, output: Output, params: SplitsParams) -> Measurement:
        sizes = {name: rows.num_rows for name, rows in output.splits.items()}
        total = sum(sizes.values())
        # The writer leaves no trace of a split that should have no row at all.
        needed = {name for name, share in params.fractions.items() if share * total >= 1}
        if not needed <= set(sizes) <= set(params.fractions):
            return Measurement("failed", f"the splits are {quoted(sizes)}")
        if not total:
            return Measurement("unverified", "the output has no rows")
        found = ", ".join(
            f"`{name}` has {size:,} of {total:,} ({percent(size / total)})" for name, size in sizes.items()
        )
        off = [name for name, share in params.fractions.items() if _is_off(sizes.get(name, 0), share, total, params)]
        return Measurement("failed" if off else "passed", found)

    def conforming(self, params: SplitsParams) -> MemoryOutput:
        return _output(_sizes(params))

    def mutants(self, params: SplitsParams) -> Iterator[Output]:
        sizes = _sizes(params)
        for name, size in sizes.items():
            others = {other: rows for other, rows in sizes.items() if other != name}
            yield _output({**others, f"not {name}": size})
            if others:
                yield _output(others)
                yield _output({**others, name: 0})
            off = int(2 * params.tolerance * sum(sizes.values())) + 3
            for other in others:
                if size > off:
                    yield _output({**sizes, name: size - off, other: sizes[other] + off})
        yield _output({**sizes, "one split more": 1})

    def remedies(self, params: SplitsParams, means: Means) -> Sequence[Remedy]:
        seeded = {} if params.seed is None else {"seed": params.seed}
        return (Remedy("split_rows", {"fractions": params.fractions, **seeded}, how="edit"),)


def _is_off(size: int, share: float, total: int, params: SplitsParams) -> bool:
    empty = size == 0 and share * total >= 1
    return empty or abs(size - share * total) > params.tolerance * total + 1


def _sizes(params: SplitsParams) -> dict[str, int]:
    """Sizes near the shares, at least 2 each; the first split has what rounding left."""
    smallest = min(params.fractions.values())
    total = max(_SAMPLE_ROWS, round(2 / smallest))
    sizes = {name: max(1, round(share * total)) for name, share in params.fractions.items()}
    first = next(iter(sizes))
    sizes[first] += total - sum(sizes.values())
    return sizes


def _output(sizes: dict[str, int]) -> MemoryOutput:
    return MemoryOutput({name: NumberedRows(size) for name, size in sizes.items()})
