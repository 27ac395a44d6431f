"""``{terms}``, ``{bare_terms}``, ``{values}`` and ``{pattern}``: pieces of text that a spec quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..scan import Scan
from .lists import Joint, listed
from .numbers import number
from .slot import Found


@dataclass(frozen=True)
class Listed:
    """Quoted words or values, with how the list joins them and whether any stood there without quotes."""

    items: list[object]
    joint: Joint
    bare: bool = False


@dataclass(frozen=True)
class _Bare:
    """A value that was not quoted."""

    text: str


def terms(scan: Scan, at: int) -> Found:
    """Words or phrases in quotes or back-ticks."""
    start = scan.after("term_noun", scan.after("article", at))
    return [(end, Listed(items, joint)) for end, items, joint in listed(scan, start, _quoted)]


def bare_terms(scan: Scan, at: int) -> Found:
    """Words in quotes or not, for places where nothing but a list of words can stand (``banned words: a, b``)."""
    return [(end, Listed(items, joint)) for end, items, joint in listed(scan, at, _quoted_or_word)]


def values(scan: Scan, at: int) -> Found:
    """Values of a column: quoted texts, numbers or bare words."""
    return [
        (end, Listed([_plain(item) for item in items], joint, any(isinstance(item, _Bare) for item in items)))
        for end, items, joint in listed(scan, at, _value)
    ]


def bracketed(scan: Scan, at: int) -> Found:
    """Values in brackets; two numbers may be the ends of a range, and are none."""
    if scan.word(at) not in ("(", "["):
        return []
    found = [(end, given) for end, given in values(scan, at + 1) if scan.word(end) in (")", "]")]
    return [(end + 1, given) for end, given in found if len(given.items) != 2 or isinstance(given.items[0], str)]


def pattern(scan: Scan, at: int) -> Found:
    """A regular expression in back-ticks, in quotes or between slashes; one that does not compile is none."""
    token = scan.token(at)
    if token is None or token.kind not in ("code", "quoted", "regex"):
        return []
    inside = token.text
    if len(inside) > 2 and inside.startswith("/") and inside.endswith("/"):
        inside = inside[1:-1]
    try:
        re.compile(inside)
    except re.error:
        return []
    return [(at + 1, inside)]


def start(scan: Scan, at: int) -> Found:
    """A quoted piece of text, as the pattern of texts that start with it."""
    return [(end, f"^{re.escape(str(text))}") for end, text in _quoted(scan, at)]


def ending(scan: Scan, at: int) -> Found:
    """A quoted piece of text, as the pattern of texts that end with it."""
    return [(end, rf"{re.escape(str(text))}\Z") for end, text in _quoted(scan, at)]


def plain_terms(scan: Scan, at: int) -> Found:
    """Quoted pieces of text in a list, with no noun before them."""
    return [(end, Listed(items, joint)) for end, items, joint in listed(scan, at, _quoted)]


def _quoted(scan: Scan, at: int) -> Found:
    token = scan.token(at)
    return (
        [(at + 1, token.text)] if token is not None and token.kind in ("quoted", "code") and token.text.strip() else []
    )


def _quoted_or_word(scan: Scan, at: int) -> Found:
    token = scan.token(at)
    bare = token is not None and token.kind == "word" and token.text not in scan.lexicon.words("grammar")
    return _quoted(scan, at) or ([(at + 1, token.raw)] if bare and token is not None else [])


def _value(scan: Scan, at: int) -> Found:
    token = scan.token(at)
    if token is None or token.kind in ("mark", "regex"):
        return []
    if token.kind in ("quoted", "code"):
        return [(at + 1, token.text)]
    if token.kind == "number":
        return number(scan, at)
    following = scan.token(at + 1)
    cut = following is not None and following.glued and following.kind in ("word", "number")
    return [] if cut or token.text in scan.lexicon.words("grammar") else [(at + 1, _Bare(token.raw))]


def _plain(item: object) -> object:
    return item.text if isinstance(item, _Bare) else item


def untidy(scan: Scan, at: int) -> Found:
    """``{untidy}``: sorts of untidy white space in a list: ``tabs, trailing spaces or double spaces``."""
    return [(end, items) for end, items, _ in listed(scan, at, _untidy)]


def _untidy(scan: Scan, at: int) -> Found:
    end = scan.one_of("untidy_space", scan.skip("filler", at))
    return [] if end is None else [(end, end)]
