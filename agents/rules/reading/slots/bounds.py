"""``{bound}`` and the slots made of it: at least, at most, between, and more, in any order that people write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from ..scan import Scan
from .numbers import number, percent, ratio, whole
from .slot import Found, Slot


@dataclass(frozen=True)
class Bound:
    """Limits on a quantity; ``None`` is no limit. ``stated`` is false for a bare number, which bounds nothing yet."""

    min: float | None = None
    max: float | None = None
    min_exclusive: bool = False
    max_exclusive: bool = False
    stated: bool = True
    comparing: bool = False
    """Written with a word that compares (longer than, under), which says nothing about keeping or dropping."""
    kind: Literal["number", "whole", "share"] = "number"
    unit: str | None = None

    def within(self, other: Bound) -> Bound | None:
        """Return both bounds together, or ``None`` when they set the same limit twice."""
        if (self.min is not None and other.min is not None) or (self.max is not None and other.max is not None):
            return None
        low = self if self.min is not None else other
        high = self if self.max is not None else other
        compared = self.comparing or other.comparing
        return Bound(low.min, high.max, low.min_exclusive, high.max_exclusive, comparing=compared)

    def params(self) -> dict[str, Any]:
        """Return the bound as a check's parameters: ends of whole numbers and shares are included ones."""
        found: dict[str, Any] = {} if self.unit is None else {"unit": self.unit}
        for name, exclusive, inwards in (("min", self.min_exclusive, 1), ("max", self.max_exclusive, -1)):
            limit = getattr(self, name)
            if limit is None:
                continue
            if self.kind == "number":
                found |= {name: limit, **({f"{name}_exclusive": True} if exclusive else {})}
            elif self.kind == "whole":
                found[name] = int(limit) + (inwards if exclusive else 0)
            else:
                found[name] = round(limit + inwards * SMALLEST_SHARE, 12) if exclusive else limit
        return found


SMALLEST_SHARE = 1e-9
"""A share that is less than one row of any input: fewer than 5 % is at most 5 % less this."""

After: TypeAlias = Callable[[Scan, int], tuple[int, Any] | None]
"""What follows the quantity, such as its unit."""

_PREFIXES = {
    "at_least": lambda value: Bound(min=value),
    "at_most": lambda value: Bound(max=value),
    "more_than": lambda value: Bound(min=value, min_exclusive=True, comparing=True),
    "less_than": lambda value: Bound(max=value, max_exclusive=True, comparing=True),
    "exactly": lambda value: Bound(min=value, max=value),
}
_SUFFIXES = {"or_more": "at_least", "or_less": "at_most"}
_SIGNS = {"≥": "at_least", ">=": "at_least", "≤": "at_most", "<=": "at_most", ">": "more_than", "<": "less_than"}


def bounded(scan: Scan, at: int, quantity: Slot, after: After) -> list[tuple[int, Bound, Any]]:
    """Return the bounds on a quantity at a position, with what ``after`` gave for it (its unit, say)."""
    found = [
        joined
        for first in _single(scan, at, quantity, after)
        for joined in (_with_second(scan, first, quantity, after) or [first])
    ]
    unitless = [] if found else _single(scan, at, quantity, nothing_after)
    return found or [joined for first in unitless for joined in _with_second(scan, first, quantity, after)]


def _with_second(
    scan: Scan, first: tuple[int, Bound, Any], quantity: Slot, after: After
) -> list[tuple[int, Bound, Any]]:
    """``at least 20 and at most 500 words``: a second limit on the same quantity."""
    end, bound, unit = first
    link = scan.after("bound_link", end)
    if link == end or not bound.stated:
        return []
    found = []
    for stop, second, other in _single(scan, link, quantity, after):
        both = bound.within(second) if second.stated else None
        if both is not None and (unit == other or unit is None or other is None):
            found.append((stop, both, other if unit is None else unit))
    return found


def _single(scan: Scan, at: int, quantity: Slot, after: After) -> list[tuple[int, Bound, Any]]:
    ranged = _range(scan, at, quantity, after)
    if ranged:
        return ranged
    kind, start = _prefix(scan, at)
    found = []
    for end, value in quantity(scan, start):
        found += _suffixed(scan, end, value, kind, after)
    return found


def _suffixed(scan: Scan, end: int, value: float, kind: str | None, after: After) -> list[tuple[int, Bound, Any]]:
    """The quantity with what follows it: ``50 or more words``, ``50 words or more``, ``50+ words``."""
    if _is_broken(scan, end):
        return []
    late, stop = _suffix(scan, end) if kind is None else (None, end)
    follows = after(scan, stop)
    if follows is None:
        return []
    stop, unit = follows
    if late is None and kind is None:
        late, stop = _suffix(scan, stop)
    chosen = kind or late
    made = _PREFIXES[chosen](value) if chosen else Bound(min=value, max=value, stated=False)
    return [(stop, made, unit)]


def _is_broken(scan: Scan, end: int) -> bool:
    """``1/2`` is no 1, ``2010-`` no 2010, and the date 2021-01-01 no year."""
    mark, following = scan.token(end), scan.token(end + 1)
    glued = mark is not None and mark.glued and following is not None and following.glued
    return glued and scan.word(end) in ("/", "-", "–", ":") and following is not None and following.kind == "number"


def _range(scan: Scan, at: int, quantity: Slot, after: After) -> list[tuple[int, Bound, Any]]:
    """``between 50 and 200 words``, ``50-200 words``, ``50 words to 200 words``."""
    opener = scan.after("range_opener", at)
    opened = opener > at
    links = "range_and" if opened and scan.word(opener - 1) == "between" else "range_to"
    for end, low in quantity(scan, opener):
        middle = after(scan, end)
        for place in {end, middle[0] if middle else end}:
            link = scan.one_of(links, place)
            for stop, high in quantity(scan, link) if link is not None else []:
                follows = after(scan, stop)
                if follows is not None and low <= high and not _is_broken(scan, stop):
                    return [(follows[0], Bound(low, high), follows[1])]
    return []


def _prefix(scan: Scan, at: int) -> tuple[str | None, int]:
    if (sign := _SIGNS.get(scan.word(at))) is not None:
        return sign, at + 1
    hits = [(end, name) for name in _PREFIXES if (end := scan.one_of(name, at)) is not None]
    if not hits:
        return None, at
    end, name = max(hits)
    return name, scan.skip("article", end) if scan.word(end) != "a" else end


def _suffix(scan: Scan, at: int) -> tuple[str | None, int]:
    hits = [(end, name) for mark, name in _SUFFIXES.items() if (end := scan.one_of(mark, at)) is not None]
    hits = [(end, name) for end, name in hits if scan.word(end) != "than"]
    if scan.word(at) in ("on", "onward", "onwards") and scan.skip("neutral", at + 1) in (at + 2, len(scan)):
        hits.append((at + 1, "at_least"))
    return (max(hits)[1], max(hits)[0]) if hits else (None, at)


def nothing_after(scan: Scan, at: int) -> tuple[int, Any] | None:
    """A quantity that stands alone."""
    return at, None


def value_bound(scan: Scan, at: int) -> Found:
    """``{bound}``: a bound on a plain number, such as ``above 0.5`` or ``between 0 and 1``."""
    return [(end, bound) for end, bound, _ in bounded(scan, at, number, nothing_after) if bound.stated]


def whole_bound(scan: Scan, at: int) -> Found:
    """``{whole_bound}``: a bound on a plain whole number."""
    found = bounded(scan, at, whole, nothing_after)
    return [(end, replace(bound, kind="whole")) for end, bound, _ in found if bound.stated]


def share_bound(scan: Scan, at: int) -> Found:
    """``{share}``: a bound on a percentage, such as ``at most 1 %``."""
    found = bounded(scan, at, percent, nothing_after)
    return [(end, replace(bound, kind="share")) for end, bound, _ in found if bound.stated]


def similarity(scan: Scan, at: int) -> Found:
    """``{similarity}``: from which similarity on two texts count as the same, such as ``above 0.9`` or ``80 %``."""
    found = bounded(scan, at, ratio, nothing_after)
    return [
        (end, bound.min) for end, bound, _ in found if bound.min is not None and (not bound.stated or bound.max is None)
    ]


def lost(scan: Scan, at: int) -> Found:
    """``{lost}``: the bound on what is kept, where what is lost was bounded (``no more than 10 %``)."""
    return [(end, complement(bound)) for end, bound in share_bound(scan, at)]


def complement(bound: Bound) -> Bound:
    """Return the bound on a share's rest."""
    low = None if bound.max is None else round(1 - bound.max, 15)
    high = None if bound.min is None else round(1 - bound.min, 15)
    return replace(bound, min=low, max=high, min_exclusive=bound.max_exclusive, max_exclusive=bound.min_exclusive)
