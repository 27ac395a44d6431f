"""Finding e-mail addresses, and telling them from code that uses the at sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .span import Span

# Latin with accents, Greek and Cyrillic letters occur in addresses; scripts written without spaces would run on.
_LETTERS = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff"
_LOCAL = re.compile(rf"[{_LETTERS}0-9_%+\-](?:[{_LETTERS}0-9._%+'\-]{{0,62}}[{_LETTERS}0-9_%+.\-])?\Z")
_LABEL = rf"[{_LETTERS}0-9](?:[{_LETTERS}0-9\-]{{0,61}}[{_LETTERS}0-9])?"
_DOMAIN = re.compile(
    rf"(?:{_LABEL}\.){{1,8}}(?P<top>xn--[a-z0-9\-]{{2,59}}|[{_LETTERS}]{{2,24}})(?![{_LETTERS}0-9_])", re.IGNORECASE
)
_LONGEST_LOCAL = 64

# "a@b.shape" multiplies matrices, "de_DE@euro.UTF-8" is a locale, "icon@2x.png" is a picture for fine displays, and
# "git@host:path" is a repository.
_ATTRIBUTE_NAMES = "array conj data dot dtype flat grad imag mean ndim numpy real shape size sum tensor utf values"
_PICTURE_SUFFIXES = "avif bmp gif heic ico jpeg jpg png svg tif tiff webp"
_COMMON_TOPS = "com org net edu gov mil int info biz io co uk de fr us eu cn jp in au ca br it es nl pl ru ch"
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_FILES = frozenset(_PICTURE_SUFFIXES.split())
_COMMON = frozenset(_COMMON_TOPS.split())
_REPOSITORY_USERS = frozenset({"git", "hg", "svn"})


def email_spans(text: str) -> Iterator[Span]:
    """Yield the place of each e-mail address, in order."""
    position = text.find("@")
    while position >= 0:
        span = _around(text, position)
        if span is not None:
            yield span
        position = text.find("@", position + 1 if span is None else span.end)


def _around(text: str, at: int) -> Span | None:
    domain = _DOMAIN.match(text, at + 1)
    if domain is None:
        return None
    window = text[max(0, at - _LONGEST_LOCAL) : at]
    local = _LOCAL.search(window)
    if local is None or _is_code(local[0], domain, text):
        return None
    return Span(at - len(local[0]), domain.end())


def _is_code(local: str, domain: re.Match[str], text: str) -> bool:
    top, after = domain["top"].lower(), text[domain.end() : domain.end() + 1]
    if top in _ATTRIBUTES or (top in _FILES and re.match(r"\d+(?:\.\d+)?x\.", domain[0])):
        return True
    if local.lower() in _REPOSITORY_USERS and after in (":", "/"):
        return True
    return after in ("(", "[") and top not in _COMMON
