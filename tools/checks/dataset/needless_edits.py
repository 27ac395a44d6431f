"""Edits change what a rule objects to, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from pydantic import Field

from ....operator_library.core.row_store import RowStore, stored
from ..edits import Fault, fault_of_edit
from ..input_reading import cheapest_first, keeps
from ..measurability import missing_columns, obstacle
from ..memory_output import MemoryOutput
from ..row_tally import RuleUse, parsed_rule
from ..rules.value_type import ScalarType
from ..template import CheckParams, CheckTemplate, Measurement
from ..values import UnmeasurableError, excerpt, row_excerpt
from ..view import Output
from ..wording import columns_named, counted

_SHOWN = 10
_PART = 85
_WORDS: dict[Fault, str] = {
    "lost": "nothing is left of",
    "needless": "no rule objects to what was changed in",
    "blanked": "most of the text is gone from",
}


class EditedColumn(CheckParams):
    """A column that may be edited: its name in the output and in the input, and the rules that edits of it serve."""

    column: str
    source: str
    rules: list[RuleUse] = Field(default_factory=list)
    cast: ScalarType | None = None
    """The type that values are cast to; rules speak of the cast value."""

    @property
    def uses(self) -> list[tuple[Any, Any]]:
        """The rules with their parsed parameters."""
        return [parsed_rule(use.rule, use.params) for use in self.rules]


class NeedlessEditsParams(CheckParams):
    """The columns that criteria may edit."""

    columns: Annotated[list[EditedColumn], Field(min_length=1)]


class NeedlessEdits(CheckTemplate[NeedlessEditsParams]):
    """In rows of one origin, a value that keeps every edit rule is as it was, none is lost, and no text is blanked.

    A cast value is the same when read as that type. Of an edited text at least half is left of what the library's own
    clean-ups for the rules leave, by letters and digits in runs of three: what a rule objects to may go with a margin,
    and an edit that wipes or swaps whole texts is found, not one that takes a sentence too many.
    """

    name = "needless_edits"
    summary = "Edits change only what a rule objects to."
    Params = NeedlessEditsParams

    def describe(self, params: NeedlessEditsParams) -> str:
        names = columns_named(one.column for one in params.columns)
        return f"The {names} changed only where a rule objects to the input, and no value is lost."

    def measure(self, output: Output, params: NeedlessEditsParams) -> Measurement:
        hindered = obstacle(output) or _unknown(output, params)
        if hindered is not None:
            return hindered
        found = _Found()
        with stored(output.rows, [one.column for one in params.columns]) as after:
            positions, origins = _single_origins(output)
            _compare(output, params, after, positions, origins, found)
        rows = counted(len(positions), "row")
        if not found.faults:
            return Measurement("passed", f"{found.changed:,} values changed in {rows}, none without need")
        faults = ", ".join(f"{_WORDS[fault]} `{name}` in {many:,}" for (fault, name), many in found.faults.items())
        return Measurement("failed", f"{faults} of {rows}; e.g. {found.failing[0]}", found.failing)

    def conforming(self, params: NeedlessEditsParams) -> MemoryOutput:
        return _output(params, {})

    def mutants(self, params: NeedlessEditsParams) -> Iterator[Output]:
        for edited in params.columns:
            value = _kept_value(edited)
            for other in (None, *_others(value)):
                yield _output(params, {edited.column: other})


class _Found:
    """What was found so far."""

    def __init__(self) -> None:
        self.changed = 0
        self.faults: Counter[tuple[Fault, str]] = Counter()
        self.failing: list[str] = []


def _unknown(output: Output, params: NeedlessEditsParams) -> Measurement | None:
    gone = missing_columns(output, [one.column for one in params.columns])
    if gone:
        return Measurement("failed", f"{columns_named(gone)} missing in the output")
    unknown = [one.source for one in params.columns if one.source not in output.source.schema.names]
    return Measurement("unverified", f"{columns_named(unknown)} not in the input") if unknown else None


def _single_origins(output: Output) -> tuple[Any, Any]:
    """The positions of the output rows that have one origin, in the order of those, and the origins."""
    total = output.source.num_rows
    single = (origins[0] if len(origins) == 1 else -1 for origins in output.origins)
    origins = np.fromiter(single, dtype=np.int64, count=len(output.origins))
    positions = np.argsort(origins, kind="stable")
    ordered = origins[positions]
    inside = (ordered >= 0) & (ordered < total)
    return positions[inside], ordered[inside]


def _compare(
    output: Output, params: NeedlessEditsParams, after: RowStore, positions: Any, origins: Any, found: _Found
) -> None:
    start = 0
    uses = [one.uses for one in params.columns]
    for batch in output.source.batches(list(dict.fromkeys(one.source for one in params.columns))):
        here = slice(*np.searchsorted(origins, (start, start + batch.num_rows)))
        if here.start < here.stop:
            edited = after.take(positions[here])
            origin = batch.take(pa.array(origins[here] - start))
            for one, rules, cells in zip(params.columns, uses, edited, strict=True):
                pairs = zip(origin.column(one.source).to_pylist(), cells.to_pylist(), strict=True)
                _compare_cells(one, rules, positions[here], pairs, found)
        start += batch.num_rows


def _compare_cells(one: EditedColumn, rules: Any, positions: Any, pairs: Any, found: _Found) -> None:
    for position, (before, became) in zip(positions.tolist(), pairs, strict=True):
        if before == became and type(before) is type(became):
            continue
        found.changed += 1
        fault = fault_of_edit(before, became, rules, one.cast)
        if fault is not None:
            found.faults[fault, one.column] += 1
            if len(found.failing) < _SHOWN:
                found.failing.append(row_excerpt(position, _became(before, became)))


def _became(before: Any, after: Any) -> str:
    return f"{excerpt(before)[:_PART]} became {excerpt(after)[:_PART]}"


def _kept_value(edited: EditedColumn) -> Any:
    """A value that keeps every rule of a column, made of the rules' own samples."""
    rules = cheapest_first(edited.uses)
    candidates = [value for rule, settings in rules for value in rule.samples(settings).keeping]
    good = [value for value in ["Nothing to see", *candidates] if value not in (None, "") and keeps(value, rules)]
    if not good:
        raise UnmeasurableError(f"no value is known that keeps every edit rule on `{edited.column}`")
    return good[0]


def _others(value: Any) -> Sequence[Any]:
    """Values of the same type that are different ones."""
    if isinstance(value, bool):
        return (not value,)
    return (value + 1,) if isinstance(value, (int, float)) else (f"{value} ", value[1:], "")


def _output(params: NeedlessEditsParams, changed: dict[str, Any]) -> MemoryOutput:
    """A row of kept values, with some changed, behind one that was not."""
    values = [(one, _kept_value(one)) for one in params.columns]
    source = {one.source: [value, value] for one, value in values}
    rows = {one.column: [value, changed.get(one.column, value)] for one, value in values}
    return MemoryOutput({"train": rows}, source=source, origins=[(1,), (0,)])
