"""Whether a result keeps to its caps, by its ending: Parquet in rows and bytes as they unfold, JSON in bytes and depth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import orjson

_BRACKETS_OR_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_BATCH_ROWS = 4096


@dataclass(frozen=True)
class ContentCaps:
    """How much a result may unfold to."""

    rows: int = 1_000_000
    unfolded_bytes: int = 1 << 30
    """Of a Parquet file, in memory."""
    columns: int = 1000
    json_bytes: int = 8 << 20
    json_depth: int = 50


class RefusedContentError(Exception):
    """A result is malformed or unfolds to more than is allowed."""


def assert_content(path: Path, caps: ContentCaps) -> None:
    """Raise ``RefusedContentError`` for a ``.parquet`` or ``.json`` file that does not keep to ``caps``; others pass."""
    if path.suffix == ".parquet":
        _assert_parquet(path, caps)
    elif path.suffix == ".json":
        _assert_json(path, caps)


def _assert_parquet(path: Path, caps: ContentCaps) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            told = file.metadata
            groups = [told.row_group(index) for index in range(told.num_row_groups)]
            _assert_at_most(len(file.schema.names), caps.columns, "columns")
            _assert_at_most(told.num_rows, caps.rows, "rows")
            _assert_at_most(sum(group.total_byte_size for group in groups), caps.unfolded_bytes, "bytes unfolded")
            rows = unfolded = 0
            for batch in file.iter_batches(_BATCH_ROWS, use_threads=False):
                rows, unfolded = rows + batch.num_rows, unfolded + batch.nbytes
                _assert_at_most(rows, caps.rows, "rows")
                _assert_at_most(unfolded, caps.unfolded_bytes, "bytes unfolded")
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise RefusedContentError("is no Parquet file that can be read") from error


def _assert_json(path: Path, caps: ContentCaps) -> None:
    _assert_at_most(path.stat().st_size, caps.json_bytes, "bytes")
    content = path.read_bytes()
    depth = 0
    for found in _BRACKETS_OR_TEXT.finditer(content):
        token = found.group()
        depth += 1 if token in (b"[", b"{") else -1 if token in (b"]", b"}") else 0
        if depth > caps.json_depth:
            raise RefusedContentError(f"is nested deeper than {caps.json_depth} levels")
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise RefusedContentError("is no JSON") from error


def _assert_at_most(value: int, most: int, unit: str) -> None:
    if value > most:
        raise RefusedContentError(f"has {value:,} {unit}, and {most:,} are allowed")
