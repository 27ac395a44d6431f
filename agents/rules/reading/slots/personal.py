"""``{kinds}``: kinds of personal data, alone or in a list; the umbrella terms stand for every kind."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from ..scan import Scan
from .lists import listed
from .slot import Found

ALL_KINDS = ("email", "phone", "card", "ip", "iban", "ssn")


@cache
def kind_names() -> list[tuple[tuple[str, ...], str]]:
    """Return the names of kinds as words with the kind, the longest first."""
    table = yaml.safe_load((Path(__file__).parent / "personal.yaml").read_text(encoding="utf-8"))
    pairs = [(tuple(name.split()), kind) for kind, names in table.items() for name in names]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def kinds(scan: Scan, at: int) -> Found:
    """Kinds of personal data, each once, in the order of mention."""
    found = []
    for end, named, _ in listed(scan, at, _kind):
        stop, inside = _in_brackets(scan, end) if named == ["all"] else (end, [])
        chosen = inside or (list(ALL_KINDS) if "all" in named else list(dict.fromkeys(named)))
        found.append((stop, chosen))
    return found


def _kind(scan: Scan, at: int) -> Found:
    start = scan.after("filler", at)
    for words, kind in kind_names():
        if all(scan.word(start + offset) == word for offset, word in enumerate(words)):
            return [(start + len(words), kind)]
    return []


def _in_brackets(scan: Scan, at: int) -> tuple[int, list[str]]:
    """``PII (emails, phone numbers)`` means the kinds in the brackets."""
    if scan.word(at) != "(":
        return at, []
    for end, named, _ in listed(scan, at + 1, _kind):
        if scan.word(end) == ")" and "all" not in named:
            return end + 1, list(dict.fromkeys(named))
    return at, []
