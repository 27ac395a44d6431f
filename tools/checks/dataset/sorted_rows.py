"""The rows of each split are in order."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

from ....operator_library.core.numeral_order import numeral_key
from ....operator_library.core.ordering import numeral_columns
from ..measurability import obstacle
from ..memory_output import MemoryOutput
from ..rules.length import MEASURES
from ..template import CheckParams, CheckTemplate, Means, Measurement, Remedy
from ..values import UnmeasurableError, row_excerpt, text_or_none
from ..view import Output, Rows
from ..wording import columns_named, counted

_SHOWN = 10
Key = tuple[tuple[int, Any], ...]


class SortedRowsParams(CheckParams):
    """The columns, the most important first, or the text whose length counts; and the direction."""

    by: list[str] = Field(default_factory=list)
    length_of: str | None = None
    unit: Literal["characters", "words"] | None = None
    descending: bool = False

    @model_validator(mode="after")
    def _one_key(self) -> SortedRowsParams:
        if bool(self.by) == bool(self.length_of):
            raise ValueError("give either `by` or `length_of`, and not both")
        if self.unit is not None and not self.length_of:
            raise ValueError("`unit` goes with `length_of`")
        return self

    @property
    def keys(self) -> list[str]:
        """The columns that the order depends on."""
        return [self.length_of] if self.length_of else self.by


class SortedRows(CheckTemplate[SortedRowsParams]):
    """Within each split no row comes before one that belongs before it; not-a-number and null come last either way.

    Text is compared by code point, false comes before true. A text column in which every value of the whole output that
    is not null writes a number is compared by those numbers, as ``sort_rows`` does: ``9`` comes before ``20``.
    """

    name = "sorted_rows"
    summary = "The rows are in order."
    Params = SortedRowsParams

    def describe(self, params: SortedRowsParams) -> str:
        by = f"the number of {params.unit or 'characters'} in `{params.length_of}`" if params.length_of else ""
        direction = "largest first" if params.descending else "smallest first"
        return f"The rows are sorted by {by or columns_named(params.by)}, {direction}."

    def measure(self, output: Output, params: SortedRowsParams) -> Measurement:
        hindered = obstacle(output, params.keys)
        if hindered is not None:
            return hindered
        numeric = numeral_columns(output.rows, params.by)
        broken, failing, first = 0, list[str](), 0
        for rows in output.splits.values():
            before: Key | None = None
            for position, (values, key) in enumerate(_keys(rows, params, numeric), start=first):
                if before is not None and _belongs_before(key, before, params.descending):
                    broken += 1
                    if len(failing) < _SHOWN:
                        failing.append(row_excerpt(position, values[0] if len(values) == 1 else values))
                before = key
            first += rows.num_rows
        example = f"; e.g. {failing[0]}" if failing else ""
        evidence = f"{broken:,} of {counted(first, 'row')} belong before the row in front of them{example}"
        return Measurement("failed" if broken else "passed", evidence, failing)

    def conforming(self, params: SortedRowsParams) -> MemoryOutput:
        ordered = _ordered(params)
        return MemoryOutput({"train": _columns(params, ordered), "test": _columns(params, ordered[1:])})

    def mutants(self, params: SortedRowsParams) -> Iterator[Output]:
        ordered = _ordered(params)
        for place in range(len(ordered) - 1):
            swapped = [*ordered[:place], ordered[place + 1], ordered[place], *ordered[place + 2 :]]
            yield MemoryOutput({"train": _columns(params, swapped)})
        yield MemoryOutput({"train": _columns(params, ordered), "test": _columns(params, ordered[::-1])})

    def columns(self, params: SortedRowsParams) -> Sequence[str]:
        return params.keys

    def remedies(self, params: SortedRowsParams, means: Means) -> Sequence[Remedy]:
        if not params.length_of:
            return (Remedy("sort_rows", {"by": params.by, "descending": params.descending}, how="edit"),)
        settings = {"unit": params.unit or "characters", "descending": params.descending}
        return (Remedy("sort_by_length", settings, {"text": params.length_of}, how="edit"),)


def _keys(rows: Rows, params: SortedRowsParams, numeric: Collection[str]) -> Iterator[tuple[tuple[Any, ...], Key]]:
    for batch in rows.batches(params.keys):
        for values in zip(*(batch.column(name).to_pylist() for name in params.keys), strict=True):
            if params.length_of:
                text = text_or_none(values[0])
                length = None if text is None else MEASURES[params.unit or "characters"](text)
                yield values, (_rank(length),)
            else:
                cells = zip(params.by, values, strict=True)
                yield values, tuple(_rank(numeral_key(cell) if cell and by in numeric else cell) for by, cell in cells)


def _rank(value: Any) -> tuple[int, Any]:
    """The value, behind a number that puts missing values last."""
    if isinstance(value, (list, dict)):
        raise UnmeasurableError("lists and structs have no order")
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return (1, 0) if missing else (0, value)


def _belongs_before(one: Key, other: Key, descending: bool) -> bool:
    for (missing, value), (other_missing, other_value) in zip(one, other, strict=True):
        if missing != other_missing:
            return missing < other_missing
        if value != other_value:
            return bool(value > other_value) if descending else bool(value < other_value)
    return False


def _ordered(params: SortedRowsParams) -> list[tuple[Any, ...]]:
    """Rows in order; for several columns, each decides somewhere. By words they are not in order by characters."""
    if params.length_of:
        texts = ["x" * 30, "a b", "a b c"] if params.unit == "words" else ["z", "a b", "x" * 9]
        rows: list[tuple[Any, ...]] = [(text,) for text in texts]
    else:
        width = len(params.by)
        rows = [(0,) * width, *((0,) * at + (1,) + (0,) * (width - at - 1) for at in reversed(range(width)))]
    return [*(rows[::-1] if params.descending else rows), (None,) * len(params.keys)]


def _columns(params: SortedRowsParams, rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(params.keys)}
