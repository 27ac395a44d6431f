"""The shape of a profile: plain numbers per column, and what they suggest."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ...engine.columns import ColumnType


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnProfile(_Frozen):
    """One column: how often it is null or empty, how many values differ, and how long its texts are (characters)."""

    type: ColumnType
    rows: int
    nulls: int
    empty: int
    distinct: int
    """Distinct values over the whole input: exact up to about 4,000, an estimate within a few per cent beyond."""
    values: list[str] = []
    """All values as text, sorted, where there are only a few short ones."""
    mean_length: float | None = None
    longest: int | None = None


class InputProfile(_Frozen):
    """The whole input, with a closer look at a sample of its main text column."""

    rows: int
    files: int
    quarantined: int
    columns: dict[str, ColumnProfile]
    text_column: str | None
    """The column that holds the documents, or ``None`` when that is not clear."""
    looked_at: int
    """How many rows the figures below come from."""
    languages: dict[str, int]
    personal_data: dict[str, int]
    """Rows of the sample with personal data, by kind."""
    notes: list[str]
    samples: list[dict[str, str]]
    """A few rows with personal data masked and long values cut."""
