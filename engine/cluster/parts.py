"""A stream of batches as numbered files on storage that all workers share."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

import pyarrow as pa

from ..disk_errors import writing_to

PART_BYTES = 1 << 26
"""About what one task takes: large enough to be worth a task, small enough to be done again."""


class Part(NamedTuple):
    """A file of rows that go into steps, and the place for what comes out."""

    number: int
    taken: Path
    made: Path


class Parts:
    """The parts of one segment, in a folder that is removed when the context ends."""

    def __init__(self, shared: Path, schema: pa.Schema) -> None:
        self._folder = shared / "parts" / uuid.uuid4().hex
        self._schema = schema

    def __enter__(self) -> Self:
        with writing_to(self._folder):
            self._folder.mkdir(parents=True)
        return self

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def written(self, batches: Iterable[pa.RecordBatch]) -> list[Part]:
        """Write the rows and return the parts in their order; a batch is never divided."""
        parts: list[Part] = []
        for group in _groups(batches):
            number = len(parts)
            part = Part(number, self._folder / f"taken-{number:06d}.arrow", self._folder / f"made-{number:06d}.arrow")
            with writing_to(part.taken):
                write_rows(part.taken, group, self._schema)
            parts.append(part)
        return parts


def write_rows(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    """Write rows to a file that is there whole or not at all."""
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with pa.OSFile(str(partial), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def read_rows(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a part."""
    with pa.OSFile(str(path), "rb") as content, pa.ipc.open_file(content) as reader:
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    group: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        group.append(batch)
        size += batch.nbytes
        if size >= PART_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group
