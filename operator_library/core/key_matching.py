"""Which rows of a table have the keys of another table's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from .digests import Digests, joined, row_digests
from .randomness import Positions
from .schemas import cast_to

_PAIRS_AT_ONCE = 4096
NO_ROW = -1


class KeyIndex:
    """Finds rows by key; holds a digest and a position of each. Keys with a null are not found."""

    def __init__(self, batches: Iterable[pa.RecordBatch], keys: pa.Schema) -> None:
        """Index the rows of ``batches`` by the columns ``keys``, cast to their types there."""
        self._keys = keys
        pairs = [self._digests(batch) for batch in batches]
        digests = joined(found for found, _ in pairs)
        complete = np.flatnonzero(np.concatenate([np.empty(0, dtype=np.bool_), *(whole for _, whole in pairs)]))
        order = np.argsort(digests[complete], kind="stable")
        self._positions = complete[order]
        self._sorted = digests[self._positions]

    def matches(self, batch: pa.RecordBatch, *, keep_unmatched: bool) -> Iterator[tuple[Positions, Positions]]:
        """Yield pairs of a row of ``batch`` and an indexed row with its key, a few thousand at a time, in order.

        With ``keep_unmatched`` a row without a match is paired with ``NO_ROW``.
        """
        digests, _ = self._digests(batch)
        first = np.searchsorted(self._sorted, digests, side="left")
        found = np.searchsorted(self._sorted, digests, side="right") - first
        ends = np.cumsum(np.maximum(found, 1) if keep_unmatched else found)
        total = int(ends[-1]) if len(ends) else 0
        for start in range(0, total, _PAIRS_AT_ONCE):
            pairs = np.arange(start, min(start + _PAIRS_AT_ONCE, total))
            rows = np.searchsorted(ends, pairs, side="right")
            places = first[rows] + pairs - (ends[rows] - np.maximum(found[rows], 1))
            matched = np.full(len(pairs), NO_ROW, dtype=np.int64)
            has_match = found[rows] > 0
            matched[has_match] = self._positions[places[has_match]]
            yield rows.astype(np.int64), matched

    def _digests(self, batch: pa.RecordBatch) -> tuple[Digests, np.ndarray[Any, np.dtype[np.bool_]]]:
        """The digest of each row's key, and whether the key is complete."""
        columns = [cast_to(batch.column(field.name), field) for field in self._keys]
        nulls = [column.is_null().to_numpy(zero_copy_only=False) for column in columns]
        return row_digests(columns), ~np.logical_or.reduce(nulls)
