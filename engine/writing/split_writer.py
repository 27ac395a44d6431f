"""Writes the shards of one split: row groups and shards that end where the rows say, whatever batches come in."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ..reading.row_buffer import RowBuffer
from .dataset_format import DatasetFormat, ShardOnDisk
from .row_sizes import Sizes, row_sizes

_GROUP_BYTES = 1 << 26
"""A row group ends early at this size, so that very long rows do not fill the memory."""


class ShardLimits(NamedTuple):
    """Where shards and row groups end: at the row with which a limit is reached. Bytes are those of ``row_sizes``."""

    rows_per_shard: int = 1_000_000
    max_shard_bytes: int = 500_000_000
    row_group: int = 1000


class WrittenShard(NamedTuple):
    """A completed shard file and its count of rows."""

    path: Path
    rows: int


class SplitWriter:
    """Writes the rows of one split to ``folder`` as ``split-00000.parquet`` and so on."""

    def __init__(self, folder: Path, split: str, schema: pa.Schema, form: DatasetFormat, limits: ShardLimits) -> None:
        self._folder, self._split, self._schema, self._form = folder, split, schema, form
        self._limits = limits
        self._buffer = RowBuffer(schema)
        self._group_bytes = 0
        self._shard: ShardOnDisk | None = None
        self._shard_rows = self._shard_bytes = 0
        self._written: list[WrittenShard] = []
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows; they reach the disk in whole row groups."""
        self.rows += batch.num_rows
        sizes = row_sizes(batch)
        start = 0
        while start < batch.num_rows:
            taken = self._rows_that_fit(sizes[start:])
            self._append(batch.slice(start, taken), int(sizes[start : start + taken].sum()))
            start += taken

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

    def _rows_that_fit(self, sizes: Sizes) -> int:
        """How many of the next rows go into the current row group: up to and with the one that reaches a limit."""
        rows = min(self._limits.row_group, self._limits.rows_per_shard - self._shard_rows) - self._buffer.rows
        left = min(_GROUP_BYTES, self._limits.max_shard_bytes - self._shard_bytes) - self._group_bytes
        reached = int(np.searchsorted(np.cumsum(sizes[:rows]), left)) + 1
        return min(rows, len(sizes), reached)

    def _append(self, rows: pa.RecordBatch, size: int) -> None:
        self._buffer.add(rows)
        self._group_bytes += size
        shard_rows, shard_bytes = self._shard_rows + self._buffer.rows, self._shard_bytes + self._group_bytes
        full = shard_rows >= self._limits.rows_per_shard or shard_bytes >= self._limits.max_shard_bytes
        if full or self._buffer.rows >= self._limits.row_group or self._group_bytes >= _GROUP_BYTES:
            self._write_group()
        if full:
            self._close_shard()

    def _write_group(self) -> None:
        if self._shard is None:
            self._shard = ShardOnDisk(self._path(), self._schema, self._form)
        rows = self._buffer.take(self._buffer.rows)
        if rows.num_rows:
            self._shard.write(rows)
        self._shard_rows += rows.num_rows
        self._shard_bytes += self._group_bytes
        self._group_bytes = 0

    def _close_shard(self) -> None:
        if self._shard is not None:
            self._shard.close()
            self._written.append(WrittenShard(self._path(), self._shard_rows))
            self._shard, self._shard_rows, self._shard_bytes = None, 0, 0

    def _path(self) -> Path:
        return self._folder / f"{self._split}-{len(self._written):05d}.{self._form}"
