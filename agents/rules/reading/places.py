"""Places: which rows or columns a piece of a sentence speaks of, and what stands in their text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .clause import Facts
from .facts import Fact
from .phrases import longest
from .scan import Scan
from .slots import SLOTS
from .slots.columns import UnknownColumn

COLUMN_OR_TEXT = "the column of this name, or what stands in the texts? Write it in back-ticks, or in the plural"
_JOINTS = {",": ",", "and": "and", "or": "or", "but": "and", "nor": "or"}


@dataclass(frozen=True)
class Head:
    """What predicates are said of: rows (``columns`` is empty), named columns, or the whole output."""

    columns: tuple[str | UnknownColumn, ...] = ()
    joint: str = ""
    output: bool = False


ROWS = Head()


@dataclass(frozen=True)
class NamedColumns:
    """Columns that stand at a position."""

    end: int
    head: Head


def columns_at(scan: Scan, at: int) -> NamedColumns | None:
    """Return the columns at a position; the main text column counts as no column of its own."""
    for end, names in SLOTS["columns"](scan, scan.skip("filler", at)):
        joint = next((scan.word(place) for place in range(end - 1, at, -1) if scan.word(place) in ("and", "or")), "")
        return NamedColumns(end, Head(tuple(names), joint))
    return None


def names_column(scan: Scan, at: int) -> bool:
    """Say whether a column other than the main text stands at a position."""
    named = columns_at(scan, at)
    return named is not None and named.head.columns != (scan.columns.text,)


def location(scan: Scan, at: int) -> tuple[int, tuple[str | UnknownColumn, ...]]:
    """Return the end of ``in the `answer` column`` or ``from the text`` at a position, and the columns named there."""
    start = scan.one_of("location", scan.skip("left", at))
    if start is None:
        return at, ()
    place = scan.skip("filler", start)
    end = max((scan.one_of(name, place) or 0 for name in ("rows", "text", "output", "pronoun")), default=0)
    named = columns_at(scan, start)
    if named is not None and named.end >= end:
        return named.end, named.head.columns
    return (end, ()) if end else (at, ())


def about(end: int, fact: Fact, head: Head) -> Facts:
    """Return a fact said of a head: of each of its columns where it names several."""
    if not head.columns:
        return Facts(end, (fact,))
    joints = frozenset({head.joint or ","}) if len(head.columns) > 1 else frozenset()
    return Facts(end, tuple(replace(fact, column=fact.column or column) for column in head.columns), joints)


def things(scan: Scan, at: int, head: Head, *, flaws: bool = False, shape: Any = "thing") -> Facts | None:
    """Return things in the text, listed, with the column where they are looked for if one is named after them."""
    for of_column in (True, False):
        found = _listed_things(scan, at, head, flaws, shape, of_column)
        if found is None or all(fact.over != "column" or fact.column is not None for fact in found.facts):
            return found
    return None


def _listed_things(scan: Scan, at: int, head: Head, flaws: bool, shape: Any, of_column: bool) -> Facts | None:
    found = _thing(scan, at, flaws, shape, of_column)
    while found is not None:
        joint, start = joint_at(scan, found.end)
        following = _thing(scan, scan.skip("filler", start), flaws, shape, of_column) if joint else None
        if following is None:
            break
        found = found.joined(following, joint)
    if found is None:
        return None
    end, columns = location(scan, found.end)
    place = Head(columns, "and") if columns else head
    spread = [about(end, fact, place) for fact in found.facts]
    joints = found.joints.union(*(facts.joints for facts in spread))
    return Facts(end, tuple(fact for facts in spread for fact in facts.facts), joints)


def _thing(scan: Scan, at: int, flaws: bool, shape: Any, of_column: bool) -> Facts | None:
    hits = [longest(shape, scan, at, of_column=of_column)]
    flaw = longest("flaw", scan, at) if flaws else None
    hits.append((flaw[0], flaw[1].denied()) if flaw is not None else None)
    best = max((hit for hit in hits if hit is not None), key=lambda hit: hit[0], default=None)
    if best is None:
        return None
    end, fact = best
    return Facts(end, (replace(fact, doubt=COLUMN_OR_TEXT) if _is_column_too(scan, at, end) else fact,))


def _is_column_too(scan: Scan, at: int, end: int) -> bool:
    """*Drop the url* may mean the column of that very name; *drop URLs* does not."""
    token = scan.token(end - 1)
    return (
        end == at + 1
        and token is not None
        and token.kind == "word"
        and token.text in map(str.casefold, scan.columns.known())
    )


def joint_at(scan: Scan, at: int) -> tuple[str, int]:
    """Return the joint at a position (``,``, ``and``, ``or``; empty for none) and the position after it."""
    word, end = scan.word(at), at + 1
    joint = _JOINTS.get(word, "")
    if joint == "," and scan.word(end) in _JOINTS and scan.word(end) != ",":
        joint, end = _JOINTS[scan.word(end)], end + 1
    return joint, end if joint else at
