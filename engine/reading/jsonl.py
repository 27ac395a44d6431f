"""JSON Lines: one JSON object per line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .byte_stream import open_utf8
from .format import InputFile, Record, RecordFormat
from .json_object import BrokenRecordError, parse_object


class JsonLines(RecordFormat):
    """Reads ``.jsonl`` and ``.ndjson``; a record's number is its line number, blank lines are skipped."""

    suffixes = (".jsonl", ".ndjson")

    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield a record per line that is not blank."""
        with open_utf8(file.path) as stream:
            yield from parsed_records(enumerate(stream, start=1))


def parsed_records(texts: Iterable[tuple[int, bytes]]) -> Iterator[Record]:
    """Parse numbered JSON texts, skipping blank ones."""
    for number, text in texts:
        if text.isspace():
            continue
        try:
            yield Record(number, parse_object(text), len(text))
        except BrokenRecordError as error:
            yield Record(number, str(error), len(text))
