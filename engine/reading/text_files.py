"""Documents: each text, Markdown or HTML file is one row with its ``text``, as it is written, and its ``path``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from .byte_stream import read_head, read_whole
from .encoding import byte_order_mark, encoding_of_document
from .format import InputFile, Record, RecordFormat

_HTML = (".html", ".htm")


class TextFiles(RecordFormat):
    """Reads a file as one row; line ends, blanks and markup stay as they are."""

    suffixes = (".txt", ".md", *_HTML)
    content: Literal["data", "text"] = "text"

    def columns(self, file: InputFile) -> Sequence[str]:
        """Return the two columns that every document has."""
        return ("text", "path")

    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield the file's one record; it is bad when its bytes are no text in the encoding that it seems to be in."""
        content = read_whole(file.path)
        mark, encoding = _decided(content, file.path)
        try:
            text = content.removeprefix(mark).decode(encoding)
        except UnicodeDecodeError as error:
            yield Record(1, f"invalid Unicode: {error.reason} (byte {error.start + len(mark)})", len(content))
        else:
            yield Record(1, {"text": text, "path": file.name}, len(content))


def encoding_of_text_file(path: Path) -> str:
    """Return the encoding in which the document is read; raises ``UserError`` for a broken compressed file."""
    head = read_head(path)
    return "utf-8" if head.isascii() and not _is_html(path) else _decided(read_whole(path), path)[1]


def _decided(content: bytes, path: Path) -> tuple[bytes, str]:
    return byte_order_mark(content) or (b"", encoding_of_document(content, _is_html(path)))


def _is_html(path: Path) -> bool:
    return any(suffix.lower() in _HTML for suffix in path.suffixes[-2:])
