"""A stream of batches as files on storage that all workers share.

A part is named by what decides its content, so one that is done stays done when the process that runs the pipeline is killed.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import xxhash

from ..disk_errors import writing_to
from ..execution.segments.shipped_steps import ShippedSteps
from ..execution.stages.stage import fingerprint_of

PART_BYTES = 1 << 24
"""About what one task takes: large enough to be worth a task, small enough to be done again."""

_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")
_HASHED_BYTES = 1 << 22


class Part(NamedTuple):
    """A file of rows that go into steps, and the places for what comes out and for the steps' accounts."""

    taken: Path
    made: Path
    accounts: Path

    @classmethod
    def called(cls, name: str, folder: Path) -> Part:
        """Return the part of a name."""
        return cls(folder / f"{name}.taken", folder / f"{name}.made", folder / f"{name}.accounts")

    @property
    def is_done(self) -> bool:
        """Whether a worker has finished it; the accounts are the last that it writes."""
        return self.accounts.is_file()


class Parts:
    """The parts of some steps, in a folder of their own under ``parts`` in shared storage."""

    def __init__(self, shared: Path, steps: ShippedSteps) -> None:
        self._folder = parts_folder(shared) / _fingerprint(steps)
        self._schema = steps.schema

    def windows(self, batches: Iterable[pa.RecordBatch], most: int) -> Iterator[list[Part]]:
        """Write the rows, and yield the parts in their order, up to ``most`` at once. A batch is never divided."""
        with writing_to(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        window: list[Part] = []
        for group in _groups(batches):
            window.append(self._written(group))
            if len(window) == most:
                yield window
                window = []
        if window:
            yield window

    def remove(self) -> None:
        """Remove what is left of the parts."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _written(self, group: list[pa.RecordBatch]) -> Part:
        fresh = self._folder / uuid.uuid4().hex
        with writing_to(fresh):
            write_rows(fresh, group, self._schema)
            part = Part.called(_content_hash(fresh), self._folder)
            if part.is_done:
                fresh.unlink()
            else:
                fresh.rename(part.taken)
        return part


def parts_folder(shared: Path) -> Path:
    """Return where the parts of all steps lie."""
    return shared / "parts"


def write_rows(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    """Write rows to a file that is there whole or not at all."""
    with (
        _whole(path) as partial,
        pa.OSFile(str(partial), "wb") as sink,
        pa.ipc.new_file(sink, schema, options=_PACKED) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch)


def write_content(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    with _whole(path) as partial:
        partial.write_bytes(content)


def read_rows(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a part."""
    with pa.OSFile(str(path), "rb") as content, pa.ipc.open_file(content) as reader:
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a place beside ``path`` that becomes ``path`` when the context ends well."""
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        yield partial
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def _fingerprint(steps: ShippedSteps) -> str:
    """All that decides what the steps make of a part, besides the part."""
    artifacts = {
        step: {name: artifact.fingerprint for name, artifact in sorted(used.items())}
        for step, used in sorted(steps.given.artifacts.items())
    }
    schema = steps.schema.serialize().to_pybytes().hex()
    return fingerprint_of([schema], steps.steps, steps.seed, [steps.given.round, artifacts])[:32]


def _content_hash(path: Path) -> str:
    digest = xxhash.xxh3_128()
    with path.open("rb") as content:
        while piece := content.read(_HASHED_BYTES):
            digest.update(piece)
    return digest.hexdigest()


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
