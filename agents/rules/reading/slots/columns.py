"""``{column}`` and ``{columns}``: columns by name, back-ticked, quoted or in ordinary words."""

from __future__ import annotations

from dataclasses import dataclass

from ..scan import Scan
from .lists import listed
from .slot import Found

_LONGEST = 4


@dataclass(frozen=True)
class UnknownColumn:
    """A name in back-ticks or quotes, in a place where only a column makes sense, that the input does not have."""

    name: str


def column(scan: Scan, at: int) -> Found:
    """A column: ```id```, ``"id"``, ``the question field``, ``answers``, ``source url``."""
    start = scan.after("column_article", at)
    start = scan.after("field", start)
    return [(scan.after("field", end), name) for end, name in _name(scan, start)]


def columns(scan: Scan, at: int) -> Found:
    """Columns in a list."""
    found = listed(scan, _list_start(scan, at), column)
    return [(scan.after("field", end), names) for end, names, _ in found]


def _list_start(scan: Scan, at: int) -> int:
    start = scan.after("field", scan.after("column_article", at))
    return start + 1 if scan.word(start) == ":" else start


def all_columns(scan: Scan, at: int) -> Found:
    """``{all_columns}``: columns of which each is meant, never one *or* the other; brackets may stand around them."""
    opened = scan.word(at) == "("
    listing = listed(scan, _list_start(scan, at + opened), column)
    found = [(scan.after("field", end), names) for end, names, joint in listing if joint != "or"]
    return [(end + opened, names) for end, names in found if not opened or scan.word(end) == ")"]


def exact_columns(scan: Scan, at: int) -> Found:
    """``{exact_columns}``: columns in bare words, each by its very name; none that could be meant otherwise."""
    return [(end, names) for end, names in _bare(scan, at) if not _mean_more(scan, names)]


def two_columns(scan: Scan, at: int) -> Found:
    """``{two_columns}``: two or more columns in bare words, each by its very name."""
    return [(end, names) for end, names in _bare(scan, at) if len(names) > 1]


def _bare(scan: Scan, at: int) -> Found:
    found = []
    for end, names in all_columns(scan, at):
        words = {token.raw for token in scan.tokens[at:end] if token.kind == "word"}
        if set(names) <= words:
            found.append((end, names))
    return found


def _mean_more(scan: Scan, names: list[str]) -> bool:
    """*drop text* and *drop url* may mean rows or what stands in a text."""
    ambiguous = scan.lexicon.words("column_or_thing")
    return any(name == scan.columns.text or name.casefold() in ambiguous for name in names)


def ticked_column(scan: Scan, at: int) -> Found:
    """A column that is plainly named as one: in back-ticks, or with the word column or field beside it."""
    token = scan.token(scan.after("column_article", at))
    if token is not None and token.kind == "code":
        return column(scan, at)
    named_before = scan.one_of("field", scan.after("column_article", at)) is not None
    return [(end, name) for end, name in column(scan, at) if named_before or scan.one_of("field", end - 1) is not None]


def ticked_columns(scan: Scan, at: int) -> Found:
    """Columns in a list, each meant, of which the first or the whole list is plainly named as columns."""
    either = [(end, names) for end, names, joint in listed(scan, _list_start(scan, at), column) if joint == "or"]
    return [] if either else ticked_either(scan, at)


def ticked_either(scan: Scan, at: int) -> Found:
    """The same, also where an *or* joins them."""
    start = scan.after("column_article", at)
    named_before = scan.one_of("field", start) is not None
    return [
        (end, names)
        for end, names in columns(scan, at)
        if named_before or scan.one_of("field", end - 1) is not None or _all_ticked(scan, at, end)
    ]


def new_name(scan: Scan, at: int) -> Found:
    """``{name}``: a new column's name, back-ticked, quoted or one bare word."""
    token = scan.token(scan.after("field", scan.after("column_article", at)))
    if token is None or token.kind not in ("code", "quoted", "word"):
        return []
    return [(scan.tokens.index(token) + 1, token.text if token.kind != "word" else token.raw)]


def ticked_name(scan: Scan, at: int) -> Found:
    """A new column's name in back-ticks or quotes."""
    token = scan.token(at)
    return new_name(scan, at) if token is not None and token.kind in ("code", "quoted") else []


def _name(scan: Scan, at: int) -> Found:
    token = scan.token(at)
    if token is None:
        return []
    if token.kind in ("code", "quoted"):
        known = scan.columns.exact(token.text) or scan.columns.spoken(token.text.casefold())
        if known is None and token.kind == "quoted":
            return [(at + 1, UnknownColumn(token.text))] if _beside_field(scan, at) else []
        return [(at + 1, known or UnknownColumn(token.text))]
    if token.kind != "word":
        return []
    exact = scan.columns.exact(token.raw)
    for length in range(_LONGEST, 0, -1):
        words = [scan.word(at + offset) for offset in range(length)]
        if all(words) and (known := scan.columns.spoken(" ".join(words))) is not None:
            return [(at + length, known)]
    return [(at + 1, exact)] if exact is not None else []


def _beside_field(scan: Scan, at: int) -> bool:
    return scan.one_of("field", at - 1) is not None or scan.one_of("field", at + 1) is not None


def _all_ticked(scan: Scan, at: int, end: int) -> bool:
    names = [scan.tokens[place] for place in range(at, end) if scan.tokens[place].kind != "mark"]
    return any(token.kind == "code" for token in names)
