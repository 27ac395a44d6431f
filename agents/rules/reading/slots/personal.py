"""``{kinds}`` and ``{tagged}``: kinds of personal data; the umbrella terms stand for every kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from ..scan import Scan
from .columns import all_columns
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


@dataclass(frozen=True)
class Tagged:
    """Kinds of personal data that are to be replaced, and the columns in which."""

    kinds: list[str]
    column: list[str] | None


def tagged(scan: Scan, at: int) -> Found:
    """``{tagged}``: kinds with what takes their place: ``e-mails with [EMAIL] and phone numbers with [PHONE]``.

    Only with the tags that masking writes, and each for its own kind.
    """
    kinds_named: list[str] = []
    columns: list[str] | None = None
    end = place = at
    while (part := _tagged_part(scan, place)) is not None:
        stop, named, where = part
        if kinds_named and where != columns:
            break
        end, columns = stop, where
        kinds_named += [kind for kind in named if kind not in kinds_named]
        place = scan.skip("tag_link", end)
        if place == end:
            break
    return [(end, Tagged(kinds_named, columns))] if kinds_named else []


def replaced(scan: Scan, at: int) -> Found:
    """``{replaced}``: the same as a sentence: ``e-mail addresses must be replaced with [EMAIL]``."""
    part = _tagged_part(scan, at, "must_be_replaced")
    return [] if part is None else [(part[0], Tagged(part[1], part[2]))]


def _tagged_part(scan: Scan, at: int, words: str = "tagged_with") -> tuple[int, list[str], list[str] | None] | None:
    for end, named in kinds(scan, scan.skip("filler", at)):
        stop, columns = _where(scan, end)
        link = scan.one_of(words, stop)
        tag = _tag(scan, link, named) if link is not None else None
        if tag is not None:
            return tag, named, columns
    return None


def _where(scan: Scan, at: int) -> tuple[int, list[str] | None]:
    start = scan.one_of("location", at)
    if start is None:
        return at, None
    text = scan.one_of("text", scan.skip("filler", start))
    if text is not None:
        return text, None
    return next(((end, names) for end, names in all_columns(scan, start)), (at, None))


def _tag(scan: Scan, at: int, named: list[str]) -> int | None:
    """The end of ``[EMAIL]`` or ``a placeholder`` at a position."""
    generic = scan.one_of("any_tag", scan.skip("filler", at))
    if generic is not None:
        return generic
    token = scan.token(at)
    if token is not None and token.kind in ("code", "quoted"):
        return at + 1 if [token.text] == [f"[{kind.upper()}]" for kind in named] else None
    inside = scan.token(at + 1)
    written = scan.word(at) == "[" and scan.word(at + 2) == "]" and inside is not None
    return at + 3 if written and inside is not None and [inside.raw] == [kind.upper() for kind in named] else None


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
