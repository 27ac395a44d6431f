"""Rows as 128-bit digests (XXH3), so that equal rows are found while 16 bytes of each are held.

XXH3 is no cryptographic hash, but two of a billion different rows agree with a chance of about 1 in 10**21.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from .text_folding import Normalization, folded

DIGEST = np.dtype("S16")
Digests: TypeAlias = np.ndarray[Any, np.dtype[np.bytes_]]
Labels: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]


def row_digests(columns: Sequence[pa.Array], normalize: Normalization = "none") -> Digests:
    """Return one digest per row of ``columns``; rows have one digest exactly when all their cells are equal.

    Nulls are equal to each other and to nothing else. ``normalize`` says which texts count as equal.
    """
    rows = zip(*(_cells(column, normalize) for column in columns), strict=True)
    return np.array([xxhash.xxh3_128_digest(repr(row).encode()) for row in rows], dtype=DIGEST)


def joined(parts: Iterable[Digests]) -> Digests:
    """Return the digests of all batches as one array."""
    return np.concatenate([np.empty(0, dtype=DIGEST), *parts])


def labels_of(digests: Digests) -> Labels:
    """Return a number per row from 0 on, the same for rows of one digest."""
    return np.unique(digests, return_inverse=True)[1].astype(np.int64)


def _cells(column: pa.Array, normalize: Normalization) -> list[Any]:
    if pa.types.is_floating(column.type) and not pa.types.is_float16(column.type):
        column = pc.add(column, pa.scalar(0.0, column.type))  # makes -0.0, which equals 0.0, look like it
    cells: list[Any] = column.to_pylist()
    if normalize == "none":
        return cells
    return [folded(cell, normalize) if isinstance(cell, str) else cell for cell in cells]
