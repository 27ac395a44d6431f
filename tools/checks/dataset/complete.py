"""No row is missing that breaks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from ..clean_ups import cast
from ..input_reading import Flags, InputReading, cheapest_first, keeps, rows_that_keep
from ..likeness import SomeRows, alike_to_known
from ..measurability import obstacle
from ..memory_output import MemoryOutput
from ..row_tally import RuleUse, parsed_rule
from ..rules.value_type import ScalarType
from ..template import CheckParams, CheckTemplate, Measurement
from ..values import UnmeasurableError, row_excerpt
from ..view import Output, Rows
from ..wording import columns_named, counted
from .near_duplicates import NearDuplicatesParams
from .unique_rows import UniqueRowsParams

_SHOWN = 10
_JUDGED = 1_000
_BY_CHANCE = 3
_SLACK = 0.05
_PLAIN = "This is a plain sentence about nothing in particular, and it is written in English."


class CompleteParams(CheckParams):
    """What a contract says of the rows that may be missing."""

    rules: list[RuleUse] = Field(default_factory=list)
    """The rules for which a row may be left out that breaks one of them."""
    edits: list[RuleUse] = Field(default_factory=list)
    """The rules for which a value is edited and never a row left out."""
    names: dict[str, str] = Field(default_factory=dict)
    """The input's names of the columns that are renamed, by the output's."""
    casts: dict[str, ScalarType] = Field(default_factory=dict)
    """The columns that are cast, with their types; rules speak of the cast values."""
    unique: list[UniqueRowsParams] = Field(default_factory=list)
    near: list[NearDuplicatesParams] = Field(default_factory=list)
    left_out: Literal["never", "asked_for", "unknown"] = "never"
    """Whether the spec asks for leaving out rows that break nothing, or may do so where no check covers it."""
    at_most: Annotated[int | None, Field(ge=0)] = None
    """The largest number of rows that the spec asks for; an output that has so many may leave out others."""

    @property
    def uses(self) -> list[tuple[Any, Any]]:
        """The rules with their parsed parameters."""
        return [parsed_rule(use.rule, use.params) for use in self.rules]

    @property
    def reading(self) -> InputReading:
        """How the input's cells are read."""
        return InputReading(self.names, self.casts)

    @property
    def reading_of_edited(self) -> InputReading:
        """How the input's cells are read once the edits are made that the contract asks for."""
        edits: dict[str, list[Any]] = {}
        for use in self.edits:
            edits.setdefault(str(use.params["column"]), []).append(parsed_rule(use.rule, use.params))
        return InputReading(self.names, self.casts, edits)

    @property
    def columns(self) -> list[str]:
        """The columns, as the output calls them, that the answer depends on."""
        ruled = [str(use.params["column"]) for use in self.rules]
        compared = [*(name for one in self.unique for name in one.columns), *(one.column for one in self.near)]
        return list(dict.fromkeys([*ruled, *compared]))


class Complete(CheckTemplate[CompleteParams]):
    """Every input row that breaks no rule of the contract is the origin of an output row, or a duplicate of one.

    Clean-ups change nothing in a value that keeps their rule, so no filter drops such a row. A duplicate is a row that
    the contract's own criteria call alike to an output row or to an input row that breaks a rule, directly or by way of
    other missing rows; so of copies that are all missing one was lost.

    A row that breaks only rules for which the contract asks to edit is judged as the library's clean-ups leave it. Other
    edits may leave it a little otherwise, so single rows of this kind do not count, but more than 3 that are more than
    5 % of the output do; of many, 1,000 are judged. Held are a few numbers per missing row, and where
    there are criteria against duplicates per row, with the texts of near duplicates in a temporary file.
    """

    name = "complete"
    summary = "No row is missing that breaks nothing."
    Params = CompleteParams

    def describe(self, params: CompleteParams) -> str:
        duplicates = " and repeats no other" if params.unique or params.near else ""
        rules = "keeps every rule" if params.rules else "the input has"
        return f"No row is missing that {rules}{duplicates}."

    def measure(self, output: Output, params: CompleteParams) -> Measurement:
        hindered = obstacle(output)
        if hindered is not None:
            return hindered
        missing = _missing(output)
        rows = counted(output.source.num_rows, "input row")
        gone = int(np.count_nonzero(missing))
        if not gone:
            return Measurement("passed", f"none of {rows} is missing")
        silent = _why_silent(output, params)
        if silent:
            return Measurement("passed", f"{gone:,} of {rows} missing; {silent}")
        clean = rows_that_keep(output.source, missing, params.uses, params.reading)
        lost = _lost(output, params, clean, params.reading)
        edited, many = _lost_once_edited(output, params, missing & ~clean)
        if not lost.any() and not many:
            breaking, repeated = gone - int(np.count_nonzero(clean)), int(np.count_nonzero(clean))
            evidence = f"{gone:,} of {rows} missing: {breaking:,} break a rule, {repeated:,} repeat another row"
            return Measurement("passed", evidence)
        found = [f"{np.count_nonzero(lost):,} of {rows} missing although they break nothing"] * bool(lost.any())
        found += [f"some {many:,} of {rows} missing although they break nothing once edited"] * bool(many)
        return _failed(output, lost | edited if many else lost, ", ".join(found), params)

    def conforming(self, params: CompleteParams) -> MemoryOutput:
        clean = _clean_row(params)
        rows = [clean, clean] if params.unique or params.near else [clean]
        return _output(params, [*rows, *_broken_rows(params, clean)], [0])

    def mutants(self, params: CompleteParams) -> Iterator[Output]:
        clean = _clean_row(params)
        nothing: dict[str, Any] = dict.fromkeys(clean)
        yield _output(params, [nothing, clean], [0])
        yield _output(params, [clean, nothing], [1])
        yield _output(params, [clean, nothing, clean], [1, 1])


def _missing(output: Output) -> Flags:
    """Which input rows are the origin of no output row."""
    total = output.source.num_rows
    origins = np.fromiter(chain.from_iterable(output.origins), dtype=np.int64)
    missing = np.ones(total, dtype=np.bool_)
    missing[origins[(origins >= 0) & (origins < total)]] = False
    return missing


def _why_silent(output: Output, params: CompleteParams) -> str:
    """Why nothing can be said of the rows that are missing, or nothing when it can."""
    if params.left_out == "asked_for" or (params.at_most is not None and output.rows.num_rows >= params.at_most):
        return "not asked which of them break nothing, since the spec asks for fewer rows"
    unknown = [name for name in params.columns if params.reading.name(name) not in output.source.schema.names]
    if unknown:
        return f"which of them break nothing cannot be told, since the input has no {columns_named(unknown)}"
    return ""


def _lost(output: Output, params: CompleteParams, kept: Flags, reading: InputReading) -> Flags:
    """Which of the missing rows that keep every rule, by a reading of the input, are alike to no other row."""
    if not kept.any() or not (params.unique or params.near):
        return kept
    there = SomeRows(output.rows, InputReading(casts=params.casts))
    lost = kept & ~_excused(output, params, kept, reading, [there])
    if lost.any():
        # What an output row was before it was edited, and rows that were dropped later, excuse a row as well.
        others = SomeRows(output.source, params.reading, ~kept)
        lost &= ~_excused(output, params, kept, params.reading, [others, there])
    return lost


def _excused(
    output: Output, params: CompleteParams, asked: Flags, reading: InputReading, others: Sequence[SomeRows]
) -> Flags:
    rows = SomeRows(output.source, reading, asked)
    known = np.concatenate([np.zeros(rows.count, np.bool_), *(np.ones(part.count, np.bool_) for part in others)])
    excused = asked.copy()
    excused[asked] = alike_to_known([rows, *others], known, params.unique, params.near)[: rows.count]
    return excused


def _lost_once_edited(output: Output, params: CompleteParams, missing: Flags) -> tuple[Flags, int]:
    """Which of the rows keep every rule once they are edited, and how many of all of them that makes; few are none."""
    judged = np.zeros_like(missing)
    if not params.edits:
        return judged, 0
    positions = np.flatnonzero(missing)
    judged[positions[:: max(1, -(-len(positions) // _JUDGED))]] = True
    kept = rows_that_keep(output.source, judged, params.uses, params.reading_of_edited)
    lost = _lost(output, params, kept, params.reading_of_edited)
    found = int(np.count_nonzero(lost))
    count = round(found * len(positions) / max(1, int(np.count_nonzero(judged))))
    return (lost, count) if found > _BY_CHANCE and count > _SLACK * output.rows.num_rows else (lost, 0)


def _failed(output: Output, lost: Flags, evidence: str, params: CompleteParams) -> Measurement:
    failing = list(_excerpts(output.source, set(np.flatnonzero(lost)[:_SHOWN].tolist())))
    if params.left_out == "unknown":
        why = "; no check covers all that the spec asks for, which may be to leave them out"
        return Measurement("unverified", f"{evidence}{why}; e.g. {failing[0]}", failing)
    return Measurement("failed", f"{evidence}; e.g. {failing[0]}", failing)


def _excerpts(rows: Rows, positions: set[int]) -> Iterator[str]:
    start = 0
    for batch in rows.batches():
        for position in sorted(positions):
            if start <= position < start + batch.num_rows:
                yield f"input {row_excerpt(position, batch.slice(position - start, 1).to_pylist()[0])}"[:200]
        start += batch.num_rows


def _clean_row(params: CompleteParams) -> dict[str, Any]:
    """A row that keeps every rule, made of the rules' own samples."""
    if params.left_out != "never":
        raise UnmeasurableError("the spec may ask for leaving out any row")
    columns = params.columns or ["row"]
    return {column: _clean_value(params, column) for column in columns}


def _clean_value(params: CompleteParams, column: str) -> Any:
    rules = cheapest_first(use for use in params.uses if use[1].column == column)
    to = params.casts.get(column)
    candidates = [cast(value, to) for rule, settings in rules for value in rule.samples(settings).keeping]
    good = [value for value in [_PLAIN, *candidates] if value not in (None, "") and keeps(value, rules)]
    good = good or [""] * bool(keeps("", rules))
    if not good:
        raise UnmeasurableError(f"no value is known that keeps every rule on `{column}`")
    return good[0]


def _broken_rows(params: CompleteParams, clean: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """For each rule a row that breaks it, where a column can hold both values."""
    for rule, settings in params.uses:
        good = clean[settings.column]
        for value in rule.samples(settings).breaking:
            if value is None or type(value) is type(good):
                yield {**clean, settings.column: value}
                break


def _output(params: CompleteParams, rows: Sequence[dict[str, Any]], kept: Sequence[int]) -> MemoryOutput:
    """The rows at the positions ``kept``, as they come from an input of all ``rows``."""
    source = {params.reading.name(name): [row[name] for row in rows] for name in rows[0]}
    left = {name: [rows[at][name] for at in kept] for name in rows[0]}
    return MemoryOutput({"train": left}, source=source, origins=[(at,) for at in kept])
