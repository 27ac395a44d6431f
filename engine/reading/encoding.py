"""Which encoding a file's text is in: its byte order mark, UTF-8 where that fits, what HTML declares, then detection."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longest first where one begins another."""

_OF_THE_WEB = (
    *(f"cp{number}" for number in (866, 874, 932, 949, *range(1250, 1259))),
    *(f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("koi8_r", "koi8_u", "mac_roman", "euc_jp", "euc_kr", "gb18030", "big5", "shift_jis"),
)
"""The encodings that the WHATWG Encoding Standard knows; rarer ones are more often a wrong guess than what was meant."""
_WIDESPREAD = ("cp1252", "iso8859_2", "cp1250", "cp1251", "shift_jis", "euc_jp", "gb18030", "big5")
_CLOSE = ((0.05, 0.08), (0.08, 0.0))
"""How much more mess, and how much less sense, an encoding may make than the best one and still count as fitting alike."""

_LEAST_IN_TABLE = 3
"""So many bytes beyond ASCII tell the encoding of a file of rows; fewer are taken for damage in single rows."""
_LEAST_DOCUMENT = 32
"""A document shorter than this says too little about its encoding."""

_TELLING_BYTES = 1 << 16
_COUNTED_BYTES = 1 << 18
_ASCII = bytes(range(128))
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE
)
_DECLARED_WITHIN = 4096


def byte_order_mark(head: bytes) -> tuple[bytes, str] | None:
    """Return the mark with which ``head`` begins and the encoding that it stands for."""
    return next(((mark, encoding) for mark, encoding in _MARKS if head.startswith(mark)), None)


def encoding_of_rows(head: bytes) -> str:
    """Return the encoding of a file of rows from its first bytes, without a mark; ``utf-8`` where nothing else is sure."""
    foreign = _foreign_bytes(head)
    return (foreign >= _LEAST_IN_TABLE and _detected(head)) or "utf-8"


def encoding_of_document(content: bytes, html: bool) -> str:
    """Return the encoding of a document without a mark; ``utf-8`` where nothing else is sure.

    What HTML declares counts where the content is not UTF-8, because servers and editors convert without changing it.
    """
    foreign = _foreign_bytes(content)
    if not content.isascii() and not foreign:
        return "utf-8"
    declared = _declared(content) if html else None
    if declared or not foreign or len(content) < _LEAST_DOCUMENT:
        return declared or "utf-8"
    return _detected(content) or "utf-8"


def _foreign_bytes(content: bytes) -> int:
    """How many bytes are no UTF-8, or 0 where UTF-8 is clearly meant: then those bytes are damage."""
    if content.isascii() or b"\0" in content:
        return 0
    try:
        _whole_characters(content).decode()
        return 0
    except UnicodeDecodeError as error:
        start = max(0, error.start - _COUNTED_BYTES)
        text = content[start : error.start + _COUNTED_BYTES].decode("utf-8", "surrogateescape")
    invalid = sum("\udc80" <= character <= "\udcff" for character in text)
    valid = sum(character > "\x7f" for character in text) - invalid
    return invalid if invalid > valid else 0


def _whole_characters(content: bytes) -> bytes:
    """The content without the first bytes of a character that was cut off at its end."""
    for back in range(1, min(4, len(content) + 1)):
        byte = content[-back]
        if byte & 0xC0 != 0x80:
            needed = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
            return content[:-back] if needed > back else content
    return content


def _declared(content: bytes) -> str | None:
    found = _DECLARED.search(content, 0, _DECLARED_WITHIN)
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
        # Browsers read these two as their Windows superset, and so pages are written.
        name = "cp1252" if name in ("iso8859-1", "ascii") else name
        content.decode(name)
    except (LookupError, UnicodeError):
        return None
    return name


def _detected(content: bytes) -> str | None:
    """The encoding by the statistics of ``charset-normalizer``; of those that fit alike, the most widespread."""
    from charset_normalizer import from_bytes

    matches = from_bytes(_telling_part(content), cp_isolation=list(_OF_THE_WEB))
    best = matches.best()
    if best is None:
        return None
    near = [
        match
        for match in matches
        if any(match.chaos <= best.chaos + mess and match.coherence >= best.coherence - sense for mess, sense in _CLOSE)
    ]
    names = [one.encoding for match in near for one in (match, *match.submatch)]
    ordered = [name for name in _WIDESPREAD if name in names] + [best.encoding, *names]
    return next((name for name in ordered if _keeps_ascii(name)), None)


def _telling_part(content: bytes) -> bytes:
    """The first of the content that holds more than ASCII, with the words around it."""
    first = _BEYOND_ASCII.search(content)
    start = content.rfind(b"\n", 0, first.start()) + 1 if first else 0
    return content[start : start + _TELLING_BYTES]


def _keeps_ascii(name: str) -> bool:
    try:
        return _ASCII.decode(name) == _ASCII.decode("ascii")
    except UnicodeDecodeError:
        return False
