"""Sorting by keys that need not fit in memory: SQLite sorts them in a temporary file of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import pyarrow as pa

from ...engine.columns import type_of_arrow
from ...engine.errors import UserError
from .randomness import Positions

_CACHE_KIB = 65536


def sorted_positions(batches: Iterable[Sequence[pa.Array]], *, descending: bool) -> Positions:
    """Return the positions of the rows in the order of their key columns; equal rows keep their order.

    Nulls and not-a-number come last, whichever way is sorted. Text is ordered by code point, bytes by their
    values, false before true. Raises ``UserError`` for a column of lists or structs.
    """
    direction = "desc" if descending else "asc"
    with closing(sqlite3.connect("", isolation_level=None)) as spill:
        spill.execute(f"pragma cache_size = -{_CACHE_KIB}")
        spill.execute("pragma temp_store = file")
        names = _store(spill, batches)
        order = "".join(f"{name} {direction} nulls last, " for name in names)
        found = spill.execute(f"select rowid - 1 from keys order by {order} rowid") if names else ()
        return np.fromiter((position for (position,) in found), dtype=np.int64)


def _store(spill: sqlite3.Connection, batches: Iterable[Sequence[pa.Array]]) -> list[str]:
    """Fill the table ``keys`` in the order of the rows and return the names of its columns."""
    names: list[str] = []
    spill.execute("begin")
    for columns in batches:
        if not names:
            names = [f"key_{number}" for number in range(len(columns))]
            spill.execute(f"create table keys ({', '.join(names)})")
        marks = ", ".join("?" * len(names))
        keys = zip(*(_keys(column) for column in columns), strict=True)
        spill.executemany(f"insert into keys values ({marks})", keys)
    spill.execute("commit")
    return names


def _keys(column: pa.Array) -> list[Any]:
    """The cells as values that SQLite orders as we do: bytes, 64-bit integers, floating point numbers."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    dtype = column.type
    if pa.types.is_decimal(dtype) or pa.types.is_uint64(dtype):
        return [None if cell is None else _wide(format(cell, "f")) for cell in column.to_pylist()]
    if pa.types.is_null(dtype):
        return [None] * len(column)
    if pa.types.is_large_binary(dtype):
        return column.to_pylist()  # type: ignore[no-any-return]
    return _cast(column).to_pylist()  # type: ignore[no-any-return]


def _cast(column: pa.Array) -> pa.Array:
    match type_of_arrow(column.type):
        case "text":
            return column.cast(pa.large_binary())
        case "number":
            return column.cast(pa.float64())
        case "boolean" | "integer":
            return column.cast(pa.int64())
        case "time":
            return column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64())
    raise UserError(
        f"Rows cannot be sorted by a column of type {column.type}.",
        fix="Sort by a column of text, numbers, booleans or times.",
    )


def _wide(digits: str) -> bytes:
    """A decimal or unsigned number of fixed scale as bytes in its order; nothing is rounded."""
    return (int(digits.replace(".", "")) + (1 << 255)).to_bytes(32, "big")
