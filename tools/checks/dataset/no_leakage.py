"""No value stands in two splits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from pydantic import model_validator

from ....operator_library.core.digests import Digests, joined, row_digests
from ....operator_library.core.text_folding import Normalization
from ..measurability import obstacle
from ..memory_output import MemoryOutput
from ..template import CheckParams, CheckTemplate, Means, Measurement, Remedy
from ..values import row_excerpt
from ..view import Output, Rows
from ..wording import counted, quoted

_SHOWN = 10
_Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"


class NoLeakageParams(CheckParams):
    """The text column, compared up to case and white space, or the column of a group, compared exactly."""

    column: str | None = None
    group: str | None = None

    @model_validator(mode="after")
    def _one(self) -> NoLeakageParams:
        if bool(self.column) == bool(self.group):
            raise ValueError("give either `column` or `group`, and not both")
        return self

    @property
    def name(self) -> str:
        """The column that is compared."""
        return self.column or self.group or ""

    @property
    def normalize(self) -> Normalization:
        """Which differences between texts do not count."""
        return "case_and_whitespace" if self.column else "none"


class NoLeakage(CheckTemplate[NoLeakageParams]):
    """No value of the column stands in two splits; null is no value."""

    name = "no_leakage"
    summary = "No value stands in two splits."
    Params = NoLeakageParams

    def describe(self, params: NoLeakageParams) -> str:
        how = "" if params.group else " up to case and white space"
        return f"No `{params.name}` stands in two splits{how}."

    def measure(self, output: Output, params: NoLeakageParams) -> Measurement:
        hindered = obstacle(output, [params.name])
        if hindered is not None:
            return hindered
        if len(output.splits) < 2:
            return Measurement("unverified", f"the output has one split: {quoted(output.splits)}")
        leaking = _leaking(output.splits, params)
        count = int(np.count_nonzero(leaking))
        failing = list(_excerpts(output.rows, params.name, np.flatnonzero(leaking)[:_SHOWN].tolist()))
        example = f"; e.g. {failing[0]}" if failing else ""
        rows = counted(output.rows.num_rows, "row")
        evidence = f"{count:,} of {rows} share their `{params.name}` with a row of an earlier split{example}"
        return Measurement("failed" if count else "passed", evidence, failing)

    def conforming(self, params: NoLeakageParams) -> MemoryOutput:
        return _output(params, ["one  text", "One text", None], ["two", None, "three"])

    def mutants(self, params: NoLeakageParams) -> Iterator[Output]:
        yield _output(params, ["one text", "two", None], ["three", "one text"])
        yield _output(params, ["one", "two"], ["three"], ["four", "two"])
        yield _output(params, [""], ["four", ""])
        if params.column:
            yield _output(params, ["one text"], [" One\n text "])

    def columns(self, params: NoLeakageParams) -> Sequence[str]:
        return (params.name,)

    def remedies(self, params: NoLeakageParams, means: Means) -> Sequence[Remedy]:
        setting = {"keep_equal": params.column} if params.column else {"group": params.group}
        return (Remedy("split_rows", setting, how="edit"),)


def _leaking(splits: Mapping[str, Rows], params: NoLeakageParams) -> _Flags:
    """For each row of all splits, whether its value stands in an earlier split."""
    earlier: Digests = joined(())
    flags: list[_Flags] = []
    for rows in splits.values():
        digests, missing = _values(rows, params)
        flags.append(np.isin(digests, earlier) & ~missing)
        earlier = np.union1d(earlier, digests[~missing])
    return np.concatenate(flags)


def _values(rows: Rows, params: NoLeakageParams) -> tuple[Digests, _Flags]:
    digests: list[Digests] = []
    missing: list[_Flags] = [np.empty(0, dtype=np.bool_)]
    for batch in rows.batches([params.name]):
        digests.append(row_digests([batch.column(0)], params.normalize))
        missing.append(batch.column(0).is_null().to_numpy(zero_copy_only=False))
    return joined(digests), np.concatenate(missing)


def _excerpts(rows: Rows, column: str, positions: Sequence[int]) -> Iterator[str]:
    wanted, start = set(positions), 0
    for batch in rows.batches([column]):
        for position in sorted(place for place in wanted if start <= place < start + batch.num_rows):
            yield row_excerpt(position, batch.column(0)[position - start].as_py())
        start += batch.num_rows


def _output(params: NoLeakageParams, *splits: list[str | None]) -> MemoryOutput:
    names = ("train", "validation", "test")
    return MemoryOutput({name: {params.name: values} for name, values in zip(names, splits, strict=False)})
