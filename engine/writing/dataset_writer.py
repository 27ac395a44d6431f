"""Writes a dataset folder beside its place and moves it there when it is complete."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import pyarrow as pa
import pyarrow.compute as pc

from ..columns import ROW_ID
from ..disk_errors import writing_to
from ..errors import UserError, did_you_mean
from .dataset_folder import CARD, DATA, DEFAULT_SPLIT, refuse_split_name, shard_name
from .dataset_format import MAX_SHARD_BYTES, DatasetFormat, refuse_columns
from .durable import replace_folder, restore_folder, sync
from .split_writer import ShardLimits, SplitWriter


class ShardFile(NamedTuple):
    """A shard of a written dataset."""

    path: Path
    split: str
    rows: int
    sha256: str
    bytes: int


class DatasetWriter:
    """Writes batches to ``folder/data/<split>-00000-of-0000N`` and a card to ``folder/README.md``.

    ``schema`` holds the columns; the row identity and ``split_column`` are never written. Rows go to the split that
    ``split_column`` names; ``splits`` are those that may occur (any, when empty) and each is written even without rows.
    A shard ends with the row that reaches ``rows_per_shard`` or ``max_shard_bytes`` (of the rows, before compression). The
    bytes of the shards depend on the rows alone, not on the batches in which they come. Until ``close`` the target stays
    as it is, and then the new folder takes its place at once, also for a power cut; leaving the context without ``close``
    removes what was written.
    Raises ``UserError`` when the disk is full or refuses, for a split that is not declared or cannot be named so, and for
    columns that the format cannot hold.
    """

    def __init__(
        self,
        folder: Path,
        schema: pa.Schema,
        *,
        format: DatasetFormat = "parquet",
        split_column: str | None = None,
        splits: Sequence[str] = (),
        rows_per_shard: int = 1_000_000,
        max_shard_bytes: int = MAX_SHARD_BYTES,
        row_group: int = 1000,
    ) -> None:
        self._folder = folder
        self._partial = folder.with_name(f".{folder.name}.partial")
        self._schema = _written_schema(schema, split_column)
        self._format: DatasetFormat = format
        self._split_column = split_column
        self._declared = tuple(splits)
        self._limits = ShardLimits(rows_per_shard, max_shard_bytes, row_group)
        self._writers: dict[str, SplitWriter] = {}
        refuse_columns(self._schema, format)
        if folder.is_file():
            raise UserError(f"{folder} is a file.", "A dataset is a folder.", "Choose another place.")
        with writing_to(folder):
            restore_folder(folder)
            shutil.rmtree(self._partial, ignore_errors=True)
            (self._partial / DATA).mkdir(parents=True)
        with self._whole_or_nothing():
            for split in self._declared:
                self._writer_of(split)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch; it may have further columns, in any order."""
        with self._whole_or_nothing():
            for split, rows in self._by_split(batch):
                self._writer_of(split).write(rows)

    def split_rows(self) -> dict[str, int]:
        """Return how many rows were written so far to each split, in the order of the splits."""
        return {split: writer.rows for split, writer in self._writers.items()}

    def close(self, card: str) -> list[ShardFile]:
        """Complete the shards, write ``card`` and move the folder into place, replacing what was there."""
        with self._whole_or_nothing():
            if not self._writers:
                self._writer_of(DEFAULT_SPLIT)
            shards = [shard for split in self._writers for shard in self._complete(split)]
            (self._partial / CARD).write_text(card, encoding="utf-8", newline="\n")
            sync(self._partial / CARD)
            replace_folder(self._partial, self._folder)
        self._writers = {}
        return shards

    def abandon(self) -> None:
        """Remove what was written and not closed; nothing happens after ``close``."""
        for writer in self._writers.values():
            writer.abandon()
        self._writers = {}
        shutil.rmtree(self._partial, ignore_errors=True)

    @contextmanager
    def _whole_or_nothing(self) -> Iterator[None]:
        try:
            with writing_to(self._folder):
                yield
        except BaseException:
            self.abandon()
            raise

    def _by_split(self, batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
        if not self._schema.names and batch.num_rows:
            raise UserError("The rows have no columns left to write.", fix="Keep at least one column.")
        columns = [batch.column(name) for name in self._schema.names]
        rows = pa.RecordBatch.from_arrays(columns, schema=self._schema)
        if self._split_column is None:
            yield DEFAULT_SPLIT, rows
            return
        belongs = batch.column(self._split_column)
        for split in belongs.unique().to_pylist():
            yield split, rows.filter(pc.equal(belongs, pa.scalar(split, belongs.type)))

    def _writer_of(self, split: str) -> SplitWriter:
        if split not in self._writers:
            if self._declared and split not in self._declared:
                raise UserError(
                    f"A row belongs to the undeclared split `{split}`.", fix=did_you_mean(split, self._declared)
                )
            refuse_split_name(split)
            self._writers[split] = SplitWriter(self._partial / DATA, split, self._schema, self._format, self._limits)
        return self._writers[split]

    def _complete(self, split: str) -> list[ShardFile]:
        written = self._writers[split].close()
        done: list[ShardFile] = []
        for index, (path, rows) in enumerate(written):
            name = shard_name(split, index, len(written), self._format)
            path = path.rename(path.with_name(name))
            with path.open("rb") as content:
                sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            done.append(ShardFile(self._folder / DATA / name, split, rows, sha256, path.stat().st_size))
        return done


def _written_schema(schema: pa.Schema, split_column: str | None) -> pa.Schema:
    hidden = {ROW_ID, split_column}
    return pa.schema([pa.field(field.name, field.type) for field in schema if field.name not in hidden])
