"""Profiling: one streaming pass over the input, and a closer look at a seeded sample of its text."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from ...engine.columns import ColumnType, columns_of_schema
from ...engine.reading import Source
from ...operator_library.text.language import language
from ...operator_library.text.personal_data.detection import ALL_KINDS
from ...operator_library.text.personal_data.operators import mask_personal_data, personal_data_count
from .model import ColumnProfile, InputProfile

LOOKED_AT = 300
SHOWN = 3
_SHOWN_CHARACTERS = 200
_ID_NAMES = frozenset({"id", "_id", "uuid", "guid", "index", "idx", "key", "rowid"})
_NEARLY_ALL = 0.97
_FEW_VALUES = 30
_SHORT_VALUE = 60
_MEAN_TEXT_LENGTH = 40.0
_MAIN_NAMES = ("text", "content", "document", "body", "raw_content", "article", "passage", "page_content")


def profile_source(source: Source, seed: int = 0) -> InputProfile:
    """Return the profile of an input, read once from start to end."""
    columns = columns_of_schema(source.schema)
    counters = {name: _ColumnCounter(kind) for name, kind in columns.items()}
    sample = _Reservoir(LOOKED_AT, seed)
    for batch in source.batches():
        for name, counter in counters.items():
            counter.add(batch.column(name))
        sample.add(batch.select(list(columns)))
    profiles = {name: counter.profile() for name, counter in counters.items()}
    text_column = main_text_column(profiles)
    texts = [row[text_column] for row in sample.rows if row.get(text_column)] if text_column else []
    return InputProfile(
        rows=source.rows,
        files=len(source.files),
        quarantined=len(source.quarantined),
        columns=profiles,
        text_column=text_column,
        looked_at=len(texts),
        languages=dict(Counter(language(text) for text in texts).most_common()),
        personal_data={
            kind: found
            for kind in ALL_KINDS
            if (found := sum(bool(personal_data_count(t, kinds=[kind])) for t in texts))
        },
        notes=list(source.notes),
        samples=[{name: _shown(value) for name, value in row.items()} for row in sample.rows[:SHOWN]],
    )


def main_text_column(columns: dict[str, ColumnProfile]) -> str | None:
    """Return the column that holds the documents: by its name, else the only text column that is long."""
    candidates = text_candidates(columns)
    for name in _MAIN_NAMES:
        if name in candidates:
            return name
    if len(candidates) == 1:
        return candidates[0]
    long = [name for name in candidates if (columns[name].mean_length or 0) >= _MEAN_TEXT_LENGTH]
    return long[0] if len(long) == 1 else None


def text_candidates(columns: dict[str, ColumnProfile]) -> list[str]:
    """Return the text columns that may hold documents, the longest on average first."""
    names = [name for name, c in columns.items() if c.type == "text" and name not in identifiers(columns)]
    return sorted(names, key=lambda name: -(columns[name].mean_length or 0))


def identifiers(columns: dict[str, ColumnProfile]) -> list[str]:
    """Return the columns that name rows: called so, or short with (nearly) all values different."""
    return [name for name, c in columns.items() if _is_called_id(name) or _names_rows(c)]


def _is_called_id(name: str) -> bool:
    folded = name.casefold()
    return folded in _ID_NAMES or folded.endswith(("_id", "-id"))


def _names_rows(column: ColumnProfile) -> bool:
    short = column.type == "integer" or (column.type == "text" and (column.longest or 0) <= _SHORT_VALUE)
    filled = column.distinct > _FEW_VALUES and not column.nulls
    return short and filled and column.distinct >= _NEARLY_ALL * column.rows


@dataclass
class _ColumnCounter:
    type: ColumnType
    rows: int = 0
    nulls: int = 0
    empty: int = 0
    characters: int = 0
    longest: int = 0
    distinct: _DistinctCounter = field(default_factory=lambda: _DistinctCounter())
    values: set[str] | None = field(default_factory=set)

    def add(self, column: pa.Array) -> None:
        self.rows += len(column)
        self.nulls += column.null_count
        if self.type == "text":
            lengths = pc.utf8_length(column)
            self.characters += pc.sum(lengths).as_py() or 0
            self.longest = max(self.longest, pc.max(lengths).as_py() or 0)
            self.empty += pc.sum(pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0)).as_py() or 0
        self.distinct.add(column)
        self._collect(column)

    def _collect(self, column: pa.Array) -> None:
        if self.values is None or self.type not in ("text", "integer", "boolean"):
            return
        self.values |= {str(value) for value in column.unique().to_pylist() if value is not None}
        if len(self.values) > _FEW_VALUES or any(len(value) > _SHORT_VALUE for value in self.values):
            self.values = None

    def profile(self) -> ColumnProfile:
        is_text = self.type == "text"
        return ColumnProfile(
            type=self.type,
            rows=self.rows,
            nulls=self.nulls,
            empty=self.empty,
            distinct=self.distinct.count(),
            values=sorted(self.values or ()),
            mean_length=self.characters / max(self.rows - self.nulls, 1) if is_text else None,
            longest=self.longest if is_text else None,
        )


class _DistinctCounter:
    """Counts distinct values in constant memory: exact up to ``KEPT``, then by the k-minimum-values estimate."""

    KEPT = 4096

    def __init__(self) -> None:
        self._smallest = np.empty(0, dtype=np.uint64)

    def add(self, column: pa.Array) -> None:
        hashes = [
            xxhash.xxh3_64_intdigest(repr(value).encode("utf-8", "surrogatepass"))
            for value in column.to_pylist()
            if value is not None
        ]
        merged = np.unique(np.concatenate([self._smallest, np.array(hashes, dtype=np.uint64)]))
        self._smallest = merged[: self.KEPT]

    def count(self) -> int:
        if len(self._smallest) < self.KEPT:
            return len(self._smallest)
        return round((self.KEPT - 1) / (float(self._smallest[-1]) / 2**64))


class _Reservoir:
    """A uniform sample of fixed size from a stream (Vitter's algorithm R), in input order."""

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self._random = random.Random(seed)
        self._seen = 0
        self._kept: dict[int, tuple[int, dict[str, Any]]] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        for offset in range(batch.num_rows):
            slot = self._seen if self._seen < self._size else self._random.randrange(self._seen + 1)
            if slot < self._size:
                self._kept[slot] = (self._seen, batch.slice(offset, 1).to_pylist()[0])
            self._seen += 1

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row for _, row in sorted(self._kept.values(), key=lambda pair: pair[0])]


def _shown(value: Any) -> str:
    text = mask_personal_data(str(value)[:2000]) if value is not None else "null"
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
