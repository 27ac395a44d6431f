"""JSON Lines: one JSON object per line."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from .byte_stream import open_utf8
from .format import MAX_COLUMNS, InputFile, Record, RecordFormat, Scan
from .json_object import BrokenRecordError, parse_object
from .kept_rows import KeptRows
from .native_json import native_rows
from .observed import Observed
from .shape import Shape, column_of_values

_BLOCK_BYTES = 1 << 20
"""Arrow's parser takes 100,000 rows at most at a time."""


class JsonLines(RecordFormat):
    """Reads ``.jsonl`` and ``.ndjson``; a record's number is its line number, blank lines are skipped."""

    suffixes = (".jsonl", ".ndjson")

    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield a record per line that is not blank."""
        with open_utf8(file.path) as stream:
            yield from parsed_records(enumerate(stream, start=1))

    def scan(self, file: InputFile, columns: Observed) -> Scan:
        """Read every line and keep what was read; see ``Format``."""
        scanning = _Scanning(columns)
        with open_utf8(file.path) as stream:
            for text, size in _blocks(stream):
                scanning.see(text, size)
        return scanning.found


class _Scanning:
    """The scan of one file, block by block: natively where the columns known so far allow it, else line by line."""

    def __init__(self, columns: Observed) -> None:
        self._columns = columns
        self._kept = KeptRows()
        self.found = Scan(kept=self._kept)
        self._next_line = 1
        self._shapes: dict[str, Shape] = {}
        self._schema = pa.schema([])

    def see(self, text: bytearray, size: int) -> None:
        """Take note of the lines in the first ``size`` bytes of ``text``."""
        rows = native_rows(text, size, self._schema) if self._schema.names else None
        if rows is None:
            self._see_lines(io.BytesIO(memoryview(text)[:size]).readlines())
            return
        for name, column in zip(self._schema.names, rows.columns, strict=True):
            self._columns.fields[name].see_parsed(column)
        self._keep(range(self._next_line, self._next_line + rows.num_rows), rows.columns)
        self._next_line += rows.num_rows

    def _see_lines(self, lines: list[bytes]) -> None:
        good = []
        for number, row, _ in parsed_records(enumerate(lines, self._next_line)):
            if isinstance(row, str):
                self.found.bad[number] = row
            else:
                good.append((number, row))
        self._next_line += len(lines)
        rows = [row for _, row in good]
        self._columns.see_structs(rows, MAX_COLUMNS)
        self._decide()
        columns = [column_of_values([row.get(name) for row in rows], shape) for name, shape in self._shapes.items()]
        self._keep([number for number, _ in good], columns)

    def _decide(self) -> None:
        """How the columns are carried as far as is known; a later block may change it."""
        self._shapes = {name: column.decide(name, []) for name, column in self._columns.fields.items()}
        exactly = self._columns.exactly or not all(shape.plain for shape in self._shapes.values())
        fields = [] if exactly else [pa.field(name, shape.type) for name, shape in self._shapes.items()]
        self._schema = pa.schema(fields)

    def _keep(self, numbers: Sequence[int], columns: Sequence[pa.Array]) -> None:
        self.found.rows += len(numbers)
        self._kept.add(numbers, self._shapes, columns)


def _blocks(stream: io.BufferedReader) -> Iterator[tuple[bytearray, int]]:
    """The stream in blocks of whole lines: a buffer, the same for many blocks, and how many of its bytes are the block."""
    buffer, held = bytearray(_BLOCK_BYTES), 0
    while read := stream.readinto(memoryview(buffer)[held:]):
        held += read
        size = buffer.rfind(b"\n", 0, held) + 1
        if size:
            yield buffer, size
            buffer[: held - size] = buffer[size:held]
            held -= size
        if held == len(buffer):
            buffer = buffer + bytearray(len(buffer))
    if held:
        yield buffer, held


def parsed_records(texts: Iterable[tuple[int, bytes]]) -> Iterator[Record]:
    """Parse numbered JSON texts, skipping blank ones."""
    for number, text in texts:
        if text.isspace():
            continue
        try:
            yield Record(number, parse_object(text), len(text))
        except BrokenRecordError as error:
            yield Record(number, str(error), len(text))
