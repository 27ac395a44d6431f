"""Which rows are alike by the criteria against duplicates, so that one of them may be left out for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import xxhash

from ...engine.reading.json_text import json_bytes
from ...operator_library.core.digests import joined, labels_of
from ...operator_library.core.text_folding import Normalization, folded
from ...operator_library.text.similarity import resembling
from .dataset.near_duplicates import NearDuplicatesParams
from .dataset.unique_rows import UniqueRowsParams
from .input_reading import Flags, InputReading
from .values import text_or_none
from .view import Rows

Reach: TypeAlias = Callable[[Flags], Flags]
"""From flags over rows to the same flags and those of the rows that are alike to one of them."""


@dataclass(frozen=True)
class SomeRows:
    """Those rows that ``chosen`` flags (all without it), with the columns as criteria name and type them."""

    rows: Rows
    reading: InputReading = field(default_factory=InputReading)
    chosen: Flags | None = None

    @property
    def count(self) -> int:
        """How many rows are chosen."""
        return self.rows.num_rows if self.chosen is None else int(np.count_nonzero(self.chosen))

    def has(self, column: str) -> bool:
        """Say whether the rows have a column."""
        return self.reading.name(column) in self.rows.schema.names

    def cells(self, columns: Sequence[str]) -> Iterator[list[list[Any]]]:
        """Yield, batch by batch, the cells of each column."""
        start = 0
        for batch in self.rows.batches([self.reading.name(column) for column in columns]):
            rows = batch.num_rows
            if self.chosen is not None:
                batch = batch.take(pa.array(np.flatnonzero(self.chosen[start : start + rows])))
            start += rows
            yield [self.reading.values(batch, column) for column in columns]


def alike_to_known(
    parts: Sequence[SomeRows], known: Flags, unique: Sequence[UniqueRowsParams], near: Sequence[NearDuplicatesParams]
) -> Flags:
    """Return which rows of all parts are known, or alike to a known one, directly or by way of others.

    A part that lacks a column of a criterion is alike to nothing by it.
    """
    with ExitStack() as stack:
        reaches: list[Reach] = [_equal(parts, params) for params in unique]
        for params in near:
            texts = _texts(parts, params.column)
            reaches.append(stack.enter_context(resembling(texts, threshold=params.threshold, ngram=params.ngram)))
        while True:
            before = np.count_nonzero(known)
            for reach in reaches:
                known = known | reach(known)
            if np.count_nonzero(known) == before:
                return known


def _equal(parts: Sequence[SomeRows], params: UniqueRowsParams) -> Reach:
    columns = params.columns or _common(parts)
    able = np.concatenate([np.full(part.count, all(map(part.has, columns))) for part in parts])
    labels = labels_of(joined(digests for part in parts for digests in _digests(part, columns, params.normalize)))

    def reach(known: Flags) -> Flags:
        return able & np.isin(labels, labels[known & able])

    return reach


def _common(parts: Sequence[SomeRows]) -> list[str]:
    """The columns of the last part, which names them as criteria do, that all parts have."""
    return [name for name in parts[-1].rows.schema.names if all(part.has(name) for part in parts)]


def _digests(part: SomeRows, columns: Sequence[str], normalize: Normalization) -> Iterator[Any]:
    if not all(map(part.has, columns)):
        yield np.zeros(part.count, dtype="S16")
        return
    for cells in part.cells(columns):
        rows = zip(*([_comparable(cell, normalize) for cell in column] for column in cells), strict=True)
        yield np.array([xxhash.xxh3_128_digest(json_bytes(row)) for row in rows], dtype="S16")


def _comparable(cell: Any, normalize: Normalization) -> Any:
    if isinstance(cell, str):
        return folded(cell, normalize)
    return cell + 0.0 if isinstance(cell, float) else cell


def _texts(parts: Sequence[SomeRows], column: str) -> Iterator[list[str | None]]:
    for part in parts:
        if not part.has(column):
            yield [None] * part.count
            continue
        for (cells,) in part.cells([column]):
            yield [text_or_none(cell) for cell in cells]
