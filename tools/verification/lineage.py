"""Where output rows come from: the lineage file, with ids of input rows turned into their positions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, overload

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from ...engine.columns import ROW_ID
from ...engine.errors import UserError
from ...engine.reading import Source

Positions: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
_Hashes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"
UNKNOWN = -1
"""The position of an origin that is no row of the input."""


class Origins(Sequence[Sequence[int]]):
    """The positions of the origins of each row: row ``i`` has ``positions[starts[i]:starts[i + 1]]``."""

    def __init__(self, starts: Positions, positions: Positions) -> None:
        self._starts = starts
        self._positions = positions

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, index: int) -> Sequence[int]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[int]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[int] | Sequence[Sequence[int]]:
        if isinstance(index, slice):
            return [self[row] for row in range(len(self))[index]]
        row = range(len(self))[index]
        origins: list[int] = self._positions[self._starts[row] : self._starts[row + 1]].tolist()
        return origins


def read_lineage(path: Path, source: Source) -> Origins:
    """Return the origins of each output row; one that is not in ``source`` has the position ``UNKNOWN``.

    Holds 16 bytes per input row (ids as XXH3 hashes of 64 bits) and 8 per origin. Raises ``UserError`` for a file without
    the two columns or that names an output row twice.
    """
    with pq.ParquetFile(path) as file:
        if file.schema_arrow.names != ["row", "origins"]:
            raise UserError(f"{path.name} is no lineage file.", fix="Run the pipeline again.")
        find = _PositionsById(source)
        lengths: list[Positions] = []
        positions: list[Positions] = []
        rows: list[_Hashes] = []
        for batch in file.iter_batches():
            rows.append(_hashes(batch.column("row").to_pylist()))
            origins = [ids or [] for ids in batch.column("origins").to_pylist()]
            lengths.append(np.fromiter(map(len, origins), np.int64, len(origins)))
            positions.append(find(_hashes(name for names in origins for name in names)))
    _refuse_repeated(rows, path)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), *lengths]).cumsum()
    return Origins(starts, np.concatenate([np.empty(0, dtype=np.int64), *positions]))


class _PositionsById:
    """Finds the position of an input row by the hash of its id."""

    def __init__(self, source: Source) -> None:
        hashes = _joined(_ids(source))
        self._order = np.argsort(hashes, kind="stable").astype(np.int64)
        self._sorted = hashes[self._order]
        if len(self._sorted) > 1 and bool((self._sorted[1:] == self._sorted[:-1]).any()):
            raise UserError("Two rows of the input have the same identity.", fix="Name every input file once.")

    def __call__(self, hashes: _Hashes) -> Positions:
        if not len(self._sorted):
            return np.full(len(hashes), UNKNOWN, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._sorted, hashes), len(self._sorted) - 1)
        return np.where(self._sorted[places] == hashes, self._order[places], UNKNOWN).astype(np.int64)


def _ids(source: Source) -> Iterator[_Hashes]:
    for batch in source.batches():
        ids: pa.Array = batch.column(ROW_ID)
        yield _hashes(ids.to_pylist())


def _hashes(names: Iterable[str | None]) -> _Hashes:
    return np.fromiter((xxhash.xxh3_64_intdigest((name or "").encode()) for name in names), np.uint64)


def _joined(parts: Iterable[_Hashes]) -> _Hashes:
    return np.concatenate([np.empty(0, dtype=np.uint64), *parts])


def _refuse_repeated(rows: Sequence[_Hashes], path: Path) -> None:
    hashes = _joined(rows)
    if len(np.unique(hashes)) < len(hashes):
        raise UserError(f"{path.name} names an output row twice.", fix="Run the pipeline again.")
