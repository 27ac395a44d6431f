"""Rows as JSON Lines: natively for the common types, else value by value. The bytes are the same."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.types as pat

from ..reading.json_text import json_bytes

_PIECE_BYTES = 1 << 21


def json_rows(rows: pa.Table) -> bytes | memoryview:
    """Return one JSON object per row and line, each as ``json_bytes`` gives it."""
    if rows.num_columns and all(_is_common(field) for field in rows.schema):
        return _natively(rows)
    return b"".join(json_bytes(row) + b"\n" for row in rows.to_pylist())


def _natively(rows: pa.Table) -> memoryview:
    import polars as pl

    made = io.BytesIO()
    for piece in _pieces(rows):
        pl.DataFrame(piece).write_ndjson(made)
    return made.getbuffer()


def _pieces(rows: pa.Table) -> Iterator[pa.Table]:
    """The rows in pieces that are written within the caches of a processor."""
    count = max(1, rows.num_rows * _PIECE_BYTES // max(rows.nbytes, 1))
    return (rows.slice(start, count) for start in range(0, rows.num_rows, count))


def _is_common(field: pa.Field) -> bool:
    # Polars names a column without a name, and ends a name at a null character.
    return bool(field.name) and "\0" not in field.name and _has_the_same_json(field.type)


def _has_the_same_json(dtype: pa.DataType) -> bool:
    """Whether polars writes values of this type as ``json_bytes`` does; of times and decimals there is more than one way."""
    if pat.is_list(dtype):
        return _has_the_same_json(dtype.value_type)
    if pat.is_struct(dtype):
        return dtype.num_fields > 0 and all(_is_common(field) for field in dtype)
    return dtype in (pa.string(), pa.int64(), pa.float64(), pa.bool_())
