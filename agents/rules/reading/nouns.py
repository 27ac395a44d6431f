"""Noun phrases: rows or columns with what is said of them right there, such as *English documents of 50 words or more*."""

from __future__ import annotations

from dataclasses import dataclass

from .clause import Facts
from .phrases import longest
from .places import ROWS, Head, about, columns_at
from .predicates import predicates
from .scan import Scan


@dataclass(frozen=True)
class Noun:
    """A noun phrase: what it speaks of, what it says of it, and whether it speaks of each (*every document*)."""

    end: int
    head: Head
    said: Facts | None
    quantified: bool


def noun(scan: Scan, at: int, *, modified: bool = True) -> Noun | None:
    """Return the noun phrase at a position: words before the noun, the noun, words after it."""
    place = scan.skip("each", scan.skip("filler", at))
    place = scan.skip("each", scan.skip("filler", place))
    quantified = any(scan.word(index) in scan.lexicon.words("each") for index in range(at, place))
    before, place = _before_noun(scan, place) if modified else (None, place)
    head = _head(scan, place)
    if head is None:
        return None
    end, of = head
    if before is not None and of.columns:
        spread = [about(0, fact, of) for fact in before.facts]
        joints = before.joints.union(*(facts.joints for facts in spread))
        before = Facts(before.end, tuple(fact for facts in spread for fact in facts.facts), joints)
    after = predicates(scan, end, of, finite=False) if modified else None
    said = before.joined(after, "near") if before and after else before or after
    return Noun(after.end if after else end, of, said, quantified)


def _before_noun(scan: Scan, at: int) -> tuple[Facts | None, int]:
    """Adjectives before the noun: *non-English*, *empty*, *short*."""
    found: Facts | None = None
    place = at
    while True:
        hit = longest("adjective", scan, place)
        if hit is None or hit[1].over == "column" or (_head(scan, hit[0]) is None and not _more(scan, hit[0])):
            return found, place
        described = Facts(hit[0], (hit[1],))
        found = found.joined(described, "near") if found else described
        place = scan.skip("filler", hit[0])


def _more(scan: Scan, at: int) -> bool:
    hit = longest("adjective", scan, scan.skip("filler", at))
    return hit is not None and hit[0] > at and _head(scan, hit[0]) is not None


def _head(scan: Scan, at: int) -> tuple[int, Head] | None:
    place = scan.skip("article", at)
    ends = {name: scan.one_of(name, place) or 0 for name in ("rows", "indefinite", "text", "output", "pronoun")}
    best = max(ends, key=lambda name: ends[name])
    named = columns_at(scan, at)
    if named is not None and (named.end > ends[best] or _is_only_a_column(scan, named.head, best)):
        return named.end, named.head
    if not ends[best]:
        return None
    whole = best == "output" or (best == "pronoun" and scan.word(ends[best] - 1) in ("it", "this"))
    return ends[best], Head(output=True) if whole else ROWS


def _is_only_a_column(scan: Scan, head: Head, word_class: str) -> bool:
    """``text`` is the main text whatever its column is called, unless another column has that very name."""
    return word_class in ("text", "output") and head.columns != (scan.columns.text,)
