"""Writes the shards of one split: row groups and shards of fixed size, whatever batches come in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

import pyarrow as pa

from ..reading.json_text import json_bytes
from ..reading.row_buffer import RowBuffer

DatasetFormat: TypeAlias = Literal["parquet", "jsonl"]


class OpenShard(Protocol):
    """A shard that rows can be appended to."""

    def write(self, rows: pa.Table) -> None:
        """Append a row group."""
        ...

    def close(self) -> None:
        """Complete the file."""
        ...

    def abandon(self) -> None:
        """Let go of the file; what it holds is of no use."""
        ...


class _DiscardableFile(io.FileIO):
    """A file for writing that, once it ``discards``, takes everything and keeps nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "wb")
        self.discards = False

    def write(self, content: Any) -> int:
        view = memoryview(content)
        written = len(view) if self.discards else 0
        while written < len(view):
            written += super().write(view[written:])
        return len(view)


class _ParquetShard:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self._file = _DiscardableFile(path)
        self._writer = pq.ParquetWriter(self._file, schema, compression="zstd")

    def write(self, rows: pa.Table) -> None:
        self._writer.write_table(rows, row_group_size=max(rows.num_rows, 1))

    def close(self) -> None:
        with self._file:
            self._writer.close()

    def abandon(self) -> None:
        # An unclosed writer would try to write its footer when it is collected, long after the disk was full.
        self._file.discards = True
        self.close()


class _JsonLinesShard:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = _DiscardableFile(path)

    def write(self, rows: pa.Table) -> None:
        self._file.write(b"".join(json_bytes(row) + b"\n" for row in rows.to_pylist()))

    def close(self) -> None:
        self._file.close()

    def abandon(self) -> None:
        self._file.discards = True
        self._file.close()


_SHARDS: dict[DatasetFormat, Any] = {"parquet": _ParquetShard, "jsonl": _JsonLinesShard}


class WrittenShard(NamedTuple):
    """A completed shard file and its count of rows."""

    path: Path
    rows: int


class SplitWriter:
    """Writes the rows of one split to ``folder`` as ``split-00000.parquet`` (or ``.jsonl``) and so on."""

    def __init__(
        self, folder: Path, split: str, schema: pa.Schema, form: DatasetFormat, rows_per_shard: int, row_group: int
    ) -> None:
        self._folder, self._split, self._schema, self._form = folder, split, schema, form
        self._rows_per_shard, self._row_group = rows_per_shard, row_group
        self._buffer = RowBuffer(schema)
        self._shard: OpenShard | None = None
        self._shard_rows = 0
        self._written: list[WrittenShard] = []
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows; they reach the disk in whole row groups."""
        self._buffer.add(batch)
        self.rows += batch.num_rows
        while self._buffer.rows >= self._next_group():
            self._write_group()

    def close(self) -> list[WrittenShard]:
        """Write what is left and return the shards; a split without rows has one empty shard."""
        if self._buffer.rows or not (self._written or self._shard):
            self._write_group()
        self._close_shard()
        return self._written

    def abandon(self) -> None:
        """Let go of the open file without completing it."""
        if self._shard is not None:
            self._shard.abandon()

    def _next_group(self) -> int:
        return min(self._row_group, self._rows_per_shard - self._shard_rows)

    def _write_group(self) -> None:
        if self._shard is None:
            self._shard = _SHARDS[self._form](self._path(), self._schema)
        rows = self._buffer.take(self._next_group())
        if rows.num_rows:
            self._shard.write(rows)
        self._shard_rows += rows.num_rows
        if self._shard_rows == self._rows_per_shard:
            self._close_shard()

    def _close_shard(self) -> None:
        if self._shard is not None:
            self._shard.close()
            self._written.append(WrittenShard(self._path(), self._shard_rows))
            self._shard, self._shard_rows = None, 0

    def _path(self) -> Path:
        return self._folder / f"{self._split}-{len(self._written):05d}.{self._form}"
