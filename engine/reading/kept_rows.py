"""Rows that a scan has parsed, kept for the passes that follow, so that nothing is parsed twice.

What is kept is a convenience: it may be given up at any time, and the file is then read again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.types as pat

from .shape import Shape

MEMORY = 1 << 24
"""Bytes that kept rows may take in memory, those of all files together; what comes after them lies in a temporary file."""
FREE_DISK = 1 << 33
"""Bytes that must stay free on the disk of temporary files."""


class KeptRows:
    """Columns as they were carried when they were scanned, block after block."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._room = _shared_room()
        self._given_up = False
        self._in_memory = [0]
        weakref.finalize(self, _give_back, self._room, self._in_memory)

    def add(self, numbers: Sequence[int], shapes: Mapping[str, Shape], columns: Sequence[pa.Array]) -> None:
        """Keep a block of rows: their record numbers, and for each of their columns its shape so far and its values."""
        if self._given_up or not numbers:
            return
        batch = pa.RecordBatch.from_arrays(list(columns), names=list(shapes))
        try:
            self._blocks.append(_Block(numbers, dict(shapes), self._held(batch)))
        except OSError:
            self._given_up, self._blocks = True, []

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def pieces(self, shapes: Mapping[str, Shape]) -> Iterator[tuple[Sequence[int], list[pa.Array]]]:
        """Yield numbers and columns of the decided ``shapes``; ends early where what is kept does not fit them."""
        for block in self._blocks:
            batch = self._batch(block.held)
            columns = [
                _as_shape(batch.column(name), block.shapes[name], shape)
                if name in block.shapes
                else pa.nulls(len(block.numbers), shape.type)
                for name, shape in shapes.items()
            ]
            found = [column for column in columns if column is not None]
            if len(found) < len(columns):
                return
            yield block.numbers, found

    def _held(self, batch: pa.RecordBatch) -> pa.RecordBatch | _Place:
        if self._room.take(batch.nbytes):
            self._in_memory[0] += batch.nbytes
            return batch
        if shutil.disk_usage(tempfile.gettempdir()).free < FREE_DISK:
            raise OSError("too little free space for a convenience")
        content = batch.serialize()
        return _Place(self._room.write(content), content.size, batch.schema)

    def _batch(self, held: pa.RecordBatch | _Place) -> pa.RecordBatch:
        if not isinstance(held, _Place):
            return held
        return pa.ipc.read_record_batch(pa.py_buffer(self._room.read(held.start, held.size)), held.schema)


class _Room:
    """The memory and the one temporary file that the rows of all files share; gone with the last of them."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._taken = 0
        self._spool: BinaryIO | None = None

    def take(self, size: int) -> bool:
        """Take memory, and say whether there was enough."""
        with self._lock:
            enough = self._taken + size <= MEMORY
            self._taken += size if enough else 0
            return enough

    def give_back(self, size: int) -> None:
        """Give memory back."""
        with self._lock:
            self._taken -= size

    def write(self, content: pa.Buffer) -> int:
        """Append to the temporary file and return where."""
        with self._lock:
            if self._spool is None:
                self._spool = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the rows)
                weakref.finalize(self, self._spool.close)
            start = self._spool.seek(0, os.SEEK_END)
            self._spool.write(content)
            return start

    def read(self, start: int, size: int) -> bytes:
        """Return a part of the temporary file."""
        with self._lock:
            assert self._spool is not None
            self._spool.seek(start)
            return self._spool.read(size)


_ROOMS: weakref.WeakValueDictionary[str, _Room] = weakref.WeakValueDictionary()


def _shared_room() -> _Room:
    room = _ROOMS.get("of this process")
    if room is None:
        room = _ROOMS["of this process"] = _Room()
    return room


def _give_back(room: _Room, in_memory: list[int]) -> None:
    room.give_back(in_memory[0])


class _Place(NamedTuple):
    start: int
    size: int
    schema: pa.Schema


class _Block(NamedTuple):
    numbers: Sequence[int]
    shapes: dict[str, Shape]
    held: pa.RecordBatch | _Place


def _as_shape(array: pa.Array, made: Shape, wanted: Shape) -> pa.Array | None:
    """Values of one shape in another, or ``None`` where only the file can tell what they were."""
    if made == wanted:
        return array
    if array.null_count == len(array):
        return pa.nulls(len(array), wanted.type)
    if not (made.encoding == wanted.encoding == "as it is"):
        return None
    if pat.is_int64(made.type) and pat.is_float64(wanted.type):
        return array.cast(wanted.type)
    if made.item is not None and wanted.item is not None:
        items = _as_shape(array.values, made.item, wanted.item)
        return None if items is None else _list_of(array, items)
    return _as_struct(array, made, wanted) if made.fields and wanted.fields else None


def _as_struct(array: pa.Array, made: Shape, wanted: Shape) -> pa.Array | None:
    known = dict(made.fields)
    fields = [
        _as_shape(array.field(name), known[name], shape) if name in known else pa.nulls(len(array), shape.type)
        for name, shape in wanted.fields
    ]
    if any(field is None for field in fields):
        return None
    return pa.StructArray.from_arrays(fields, fields=list(wanted.type), mask=array.is_null())


def _list_of(array: pa.Array, items: pa.Array) -> pa.Array:
    if array.null_count == 0:
        return pa.ListArray.from_arrays(array.offsets, items)
    return pa.ListArray.from_arrays(array.offsets, items, mask=array.is_null())
