"""``{languages}`` and ``{codes}``: natural languages by name or code, alone or in a list."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from ..scan import Scan
from .lists import listed
from .slot import Found

_VERBS_TOO = frozenset({"polish"})
_PLAIN_CODES = frozenset({"EN", "FR", "DE", "ES", "PT", "NL", "RU", "JA", "ZH", "KO"})
"""Capital codes that mean nothing else; UK, CA or LA do."""


@cache
def language_codes() -> dict[str, str]:
    """Return ISO 639-1 codes by language name."""
    table = yaml.safe_load((Path(__file__).parent / "languages.yaml").read_text(encoding="utf-8"))
    return {name: code for code, names in table.items() for name in names}


def languages(scan: Scan, at: int) -> Found:
    """Languages by name (``English, German or French``) or by a capital code (``EN``); in back-ticks stand columns."""
    return [(end, codes) for end, codes, _ in listed(scan, at, _name)]


def codes(scan: Scan, at: int) -> Found:
    """Languages by name or by any code, for places where nothing but a language can stand (``language: en, de``)."""
    return [(end, found) for end, found, _ in listed(scan, at, _name_or_code)]


def _name(scan: Scan, at: int) -> Found:
    token = scan.token(at)
    if token is None or token.kind not in ("word", "quoted"):
        return []
    if token.kind == "word" and token.raw in _PLAIN_CODES:
        return [(at + 1, token.text)]
    name = token.text.casefold()
    if name in _VERBS_TOO and token.raw[:1].islower() and token.kind == "word":
        return []
    return _with_code(scan, at + 1, language_codes()[name]) if name in language_codes() else []


def _with_code(scan: Scan, end: int, code: str) -> Found:
    """A name may be followed by its code in brackets: ``English (en)``."""
    inside = scan.token(end + 1)
    if scan.word(end) == "(" and scan.word(end + 2) == ")" and inside is not None and inside.text.casefold() == code:
        return [(end + 3, code)]
    return [(end, code)]


def _name_or_code(scan: Scan, at: int) -> Found:
    found = _name(scan, at)
    token = scan.token(at)
    if found or token is None or (token.kind == "code" and scan.columns.exact(token.text) is not None):
        return found
    code = token.text.casefold()
    known = token.kind in ("word", "code", "quoted") and len(code) == 2 and code in set(language_codes().values())
    return [(at + 1, code)] if known else []
