"""CSV and TSV: a header line, then one row per record; every column is text, exactly as it is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import UserError
from .byte_stream import open_utf8
from .format import InputFile, Record, RecordFormat

_LONGEST_FIELD = 1 << 28


class SeparatedValues(RecordFormat):
    """Reads rows whose fields stand between ``delimiter``; a record's number is the line on which it begins."""

    def __init__(self, suffix: str, delimiter: str) -> None:
        self.suffixes = (suffix,)
        self._delimiter = delimiter

    def columns(self, file: InputFile) -> Sequence[str]:
        """Return the names in the header. Raises ``UserError`` for a broken header or a name that stands in it twice."""
        with self._open(file) as text:
            return self._header(csv.reader(text, delimiter=self._delimiter, strict=True), file.name)

    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield a record per row; one with too many or too few fields, a broken quote or invalid Unicode is bad."""
        with self._open(file) as text:
            reader = csv.reader(text, delimiter=self._delimiter, strict=True)
            names = self._header(reader, file.name)
            while True:
                number = reader.line_num + 1
                try:
                    fields = next(reader, None)
                except csv.Error as error:
                    yield Record(number, f"broken row: {error}", 0)
                    continue
                if fields is None:
                    return
                if fields:
                    yield Record(number, _row(names, fields), sum(map(len, fields)))

    def _open(self, file: InputFile) -> io.TextIOWrapper:
        # The module's own limit of 131,072 characters is shorter than many documents; it can only be set for all readers.
        csv.field_size_limit(_LONGEST_FIELD)
        return io.TextIOWrapper(open_utf8(file.path), "utf-8", "surrogateescape", newline="")

    def _header(self, reader: Any, name: str) -> list[str]:
        try:
            header: list[str] = next((fields for fields in reader if fields), [])
        except csv.Error as error:
            raise _bad_header(name, f"{error}.") from error
        names = [field or f"column_{position}" for position, field in enumerate(header, start=1)]
        twice = [field for field in dict.fromkeys(names) if names.count(field) > 1]
        if twice:
            raise _bad_header(name, f"It names `{twice[0]}` twice.")
        if any(map(_is_invalid, names)):
            raise _bad_header(name, "It is not valid Unicode.")
        return names


def _row(names: Sequence[str], fields: list[str]) -> dict[str, Any] | str:
    if len(fields) != len(names):
        return f"{len(fields)} fields where the header has {len(names)}"
    if any(map(_is_invalid, fields)):
        return "invalid Unicode"
    return dict(zip(names, fields, strict=True))


def _is_invalid(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _bad_header(name: str, why: str) -> UserError:
    return UserError(f"The header of {name} cannot be used.", why, "Mend the first line of the file.")
