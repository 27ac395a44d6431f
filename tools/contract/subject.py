"""What a reader of specs needs to know about the input: enough to tell a column's name from an ordinary word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...engine.columns import ColumnType


@dataclass(frozen=True)
class Subject:
    """The input that a spec speaks of."""

    columns: Mapping[str, ColumnType]
    """The input's columns with their types, in order."""
    text_column: str | None = None
    """The column that "text", "documents" or "they" mean; ``None`` where the profile could not tell."""
    rows: int = 0
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For columns with few distinct values, those values as text; lets bare words be read as values."""
    identifiers: frozenset[str] = frozenset()
    """Columns that only tell rows apart: their values are all different and short, or they are named like ids."""
    text_candidates: tuple[str, ...] = ()
    """Columns that could be the main text where the profile could not tell, the longest texts first."""
