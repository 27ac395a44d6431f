"""JSON: one top-level array of objects, read element by element so that memory stays bounded."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from ..errors import UserError
from .byte_stream import open_utf8
from .format import InputFile, Record, RecordFormat
from .jsonl import JsonLines, parsed_records

_CHUNK = 1 << 18
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)
"""A whole string, a mark of structure, or the quote of a string that is not yet complete."""


class JsonArray(RecordFormat):
    """Reads ``.json``; a record's number is its position in the array. A file of JSON Lines is read as such."""

    suffixes = (".json",)

    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield a record per element; raises ``UserError`` for a file that holds no array or ends inside it."""
        with open_utf8(file.path) as stream:
            first = _skip_blanks(stream)
            if first == b"[":
                yield from parsed_records(enumerate(array_elements(stream, file.name), start=1))
            elif first == b"{" and stream.readline().rstrip().endswith(b"}"):
                yield from JsonLines().records(file)
            elif first:
                raise _no_array(file.name, f"It begins with `{first.decode('utf-8', 'replace')}`.")


def array_elements(stream: io.BufferedReader, name: str) -> Iterator[bytes]:
    """Yield the text of each element of the JSON array in ``stream``, whose first byte is the opening bracket."""
    stream.read(1)
    buffer, searched, depth, count = b"", 0, 0, 0
    while chunk := stream.read(max(_CHUNK, len(buffer))):
        buffer += chunk
        start = 0
        for token in _TOKEN.finditer(buffer, searched):
            mark = token[0]
            if mark == b'"':
                break
            searched = token.end()
            if depth == 0 and mark in (b",", b"]"):
                element, start = buffer[start : token.start()].strip(), token.end()
                if mark == b"," or count or element:
                    count += 1
                    yield element
                if mark == b"]":
                    _refuse_more(buffer[start:] + stream.read(), name)
                    return
            elif mark in (b"[", b"{"):
                depth += 1
            elif mark in (b"]", b"}"):
                depth = max(0, depth - 1)
        buffer, searched = buffer[start:], searched - start
    raise UserError(
        f"The JSON file {name} is cut off inside record {count + 1}.",
        "Its array is never closed.",
        "Fetch or write the file again.",
    )


def _skip_blanks(stream: io.BufferedReader) -> bytes:
    """Return the first byte that is no blank, and leave it unread."""
    while blank := stream.peek(1)[:1]:
        if not blank.isspace():
            return blank
        stream.read(1)
    return b""


def _refuse_more(rest: bytes, name: str) -> None:
    if rest.strip():
        raise _no_array(name, "Something follows after the end of its array.")


def _no_array(name: str, why: str) -> UserError:
    return UserError(
        f"The JSON file {name} is not one array of objects.",
        why,
        "Write it as `[{...}, {...}]`, or as JSON Lines (one object per line) in a `.jsonl` file.",
    )
