"""Text documents: each ``.txt`` or ``.md`` file is one row with its ``text`` and its ``path``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from .byte_stream import open_utf8
from .format import InputFile, Record, RecordFormat


class TextFiles(RecordFormat):
    """Reads a file as one row; line ends and blanks stay as they are."""

    suffixes = (".txt", ".md")
    content: Literal["data", "text"] = "text"

    def columns(self, file: InputFile) -> Sequence[str]:
        """Return the two columns that every document has."""
        return ("text", "path")

    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield the file's one record; it is bad when the file is not valid Unicode."""
        with open_utf8(file.path) as stream:
            content = stream.read()
        try:
            yield Record(1, {"text": content.decode(), "path": file.name}, len(content))
        except UnicodeDecodeError as error:
            yield Record(1, f"invalid Unicode: {error.reason} (byte {error.start})", len(content))
