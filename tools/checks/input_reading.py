"""The input's cells in the terms of the criteria, which speak of the output's columns and types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from .clean_ups import Rules, cast, cleaned
from .rules.value_type import ScalarType
from .template import RowRule, RuleParams
from .values import UnmeasurableError
from .view import Rows

Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

_COSTLY = ("letter_case", "pattern", "mentions", "no_banned_terms", "clean_text", "no_personal_data", "language")
"""Rules that take long on a value, the longest last."""


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
    """What the output's columns are called in the input, to which types they are cast, and for which rules cleaned up."""

    names: Mapping[str, str] = field(default_factory=dict)
    casts: Mapping[str, ScalarType] = field(default_factory=dict)
    edits: Mapping[str, Rules] = field(default_factory=dict)

    def name(self, column: str) -> str:
        """Return the input's name of an output column."""
        return self.names.get(column, column)

    def values(self, batch: pa.RecordBatch, column: str) -> list[Any]:
        """Return the cells of an output column in a batch of the input, cast and cleaned up."""
        cells: list[Any] = batch.column(self.name(column)).to_pylist()
        if column in self.casts:
            cells = [cast(cell, self.casts[column]) for cell in cells]
        if column in self.edits:
            cells = [cleaned(cell, self.edits[column]) if isinstance(cell, str) else cell for cell in cells]
        return cells


def rows_that_keep(source: Rows, asked: Flags, rules: Rules, reading: InputReading) -> Flags:
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
