"""The input's cells in the terms of the criteria, which speak of the output's columns and types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from ...engine.errors import RowError
from ...operator_library.core.casting import to_boolean, to_integer, to_number, to_text
from .rules.value_type import ScalarType
from .template import RowRule, RuleParams
from .values import UnmeasurableError
from .view import Rows

Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

_CASTS: Mapping[ScalarType, Callable[[Any], Any]] = {
    "text": to_text,
    "integer": to_integer,
    "number": to_number,
    "boolean": to_boolean,
}
_COSTLY = ("letter_case", "pattern", "mentions", "no_banned_terms", "clean_text", "no_personal_data", "language")
"""Rules that take long on a value, the longest last."""


def cast(value: Any, to: ScalarType | None) -> Any:
    """Return the value as the library casts it; as it was where it cannot be cast or no type is asked for."""
    try:
        return value if to is None else _CASTS[to](value)
    except RowError:
        return value


def keeps(value: Any, rules: Iterable[tuple[RowRule[Any], RuleParams]]) -> bool | None:
    """Say whether a value keeps all rules, up to the first that it breaks; ``None`` where one cannot tell."""
    try:
        return all(rule.holds(value, params) for rule, params in rules)
    except UnmeasurableError:
        return None


def cheapest_first(rules: Iterable[tuple[RowRule[Any], RuleParams]]) -> list[tuple[RowRule[Any], RuleParams]]:
    """Return the rules in the order of what it costs to ask them."""
    return sorted(rules, key=lambda use: _COSTLY.index(use[0].name) + 1 if use[0].name in _COSTLY else 0)


@dataclass(frozen=True)
class InputReading:
    """What the columns of the output are called in the input, and to which types the contract casts them."""

    names: Mapping[str, str] = field(default_factory=dict)
    casts: Mapping[str, ScalarType] = field(default_factory=dict)

    def name(self, column: str) -> str:
        """Return the input's name of an output column."""
        return self.names.get(column, column)

    def values(self, batch: pa.RecordBatch, column: str) -> list[Any]:
        """Return the cells of an output column in a batch of the input, cast."""
        cells = batch.column(self.name(column)).to_pylist()
        return [cast(cell, self.casts[column]) for cell in cells] if column in self.casts else cells


def rows_that_keep(
    source: Rows, asked: Flags, rules: Sequence[tuple[RowRule[Any], RuleParams]], reading: InputReading
) -> Flags:
    """Return which of the rows that ``asked`` flags keep every rule; where a rule cannot tell, a row does not.

    The input must have every rule's column.
    """
    kept, start = asked.copy(), 0
    columns = list(dict.fromkeys(reading.name(params.column) for _, params in rules))
    ordered = cheapest_first(rules)
    for batch in source.batches(columns) if columns else ():
        flags = kept[start : start + batch.num_rows]
        for use in ordered:
            left = np.flatnonzero(flags)
            if not left.size:
                break
            values = reading.values(batch.take(pa.array(left)), use[1].column)
            flags[left] = [bool(keeps(value, [use])) for value in values]
        start += batch.num_rows
    return kept
