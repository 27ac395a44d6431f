"""What every format implements, and the part that all formats of separate records share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import pyarrow as pa

from .kept_rows import KeptRows
from .observed import Observed
from .shape import Shape, column_of_values

MAX_COLUMNS = 10_000
_CHUNK_ROWS = 1024
_CHUNK_BYTES = 1 << 25
"""A chunk of records ends at this size, so that long documents do not fill the memory."""


class InputFile(NamedTuple):
    """A file of the input: where it is, and its name relative to what the user gave."""

    path: Path
    name: str


@dataclass
class Scan:
    """What the scan of a file found: the count of good rows, and the reason for each bad record by its number."""

    rows: int = 0
    bad: dict[int, str] = field(default_factory=dict)
    kept: KeptRows | None = None
    """The good rows, where the scan kept them; reading the file again gives the same ones."""


class Piece(NamedTuple):
    """Good rows of a file: their record numbers, and one array per column in the order of the shapes."""

    numbers: Sequence[int]
    columns: list[pa.Array]


class Format(Protocol):
    """A way in which rows lie in a file."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The file name endings of this format, with the dot."""
        ...

    @property
    def content(self) -> Literal["data", "text"]:
        """``data`` for files of many rows, ``text`` for documents that are one row each."""
        ...

    @property
    def compressible(self) -> bool:
        """Whether the file may also be compressed (``.gz``, ``.zst``)."""
        ...

    def scan(self, file: InputFile, columns: Observed) -> Scan:
        """Read the file once, adding what its columns hold to ``columns``. Raises ``UserError`` for a broken file."""
        ...

    def read(self, file: InputFile, shapes: Mapping[str, Shape], bad: Collection[int]) -> Iterator[Piece]:
        """Yield the rows in order, without the ``bad`` records, with every column of ``shapes``."""
        ...


class Record(NamedTuple):
    """One record of a file: its number, its row or the reason why it has none, and its size in bytes."""

    number: int
    row: dict[str, Any] | str
    size: int


class RecordFormat(ABC):
    """A format whose records are read one after the other as Python rows."""

    content: Literal["data", "text"] = "data"
    compressible = True

    @abstractmethod
    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield every record of the file, good or bad, in order."""

    def columns(self, file: InputFile) -> Sequence[str]:
        """Return the text columns that the file has even when it has no rows."""
        return ()

    def scan(self, file: InputFile, columns: Observed) -> Scan:
        """Read every record; see ``Format``."""
        found = Scan()
        for name in self.columns(file):
            columns.see_field(name, pa.string())
        for chunk in self._chunks(file, found.bad):
            columns.see_structs([record.row for record in chunk], MAX_COLUMNS)
            found.rows += len(chunk)
        return found

    def read(self, file: InputFile, shapes: Mapping[str, Shape], bad: Collection[int]) -> Iterator[Piece]:
        """Read every good record; see ``Format``."""
        for chunk in self._chunks(file, {}):
            rows = [record.row for record in chunk]
            columns = [column_of_values([row.get(name) for row in rows], shape) for name, shape in shapes.items()]
            yield Piece([record.number for record in chunk], columns)

    def _chunks(self, file: InputFile, bad: dict[int, str]) -> Iterator[list[_GoodRecord]]:
        chunk: list[_GoodRecord] = []
        size = 0
        for number, row, record_size in self.records(file):
            if isinstance(row, str):
                bad[number] = row
                continue
            chunk.append(_GoodRecord(number, row))
            size += record_size
            if len(chunk) == _CHUNK_ROWS or size >= _CHUNK_BYTES:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk


class _GoodRecord(NamedTuple):
    number: int
    row: dict[str, Any]
