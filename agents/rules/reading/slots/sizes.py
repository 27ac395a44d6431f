"""``{size}`` and ``{count}``: a bound on a text's length with its unit, and a bound on the number of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..scan import Scan
from .bounds import bounded
from .numbers import whole
from .slot import Found

UNITS = {
    **dict.fromkeys(("word", "words"), "words"),
    **dict.fromkeys(("character", "characters", "char", "chars"), "characters"),
    **dict.fromkeys(("sentence", "sentences"), "sentences"),
    **dict.fromkeys(("line", "lines"), "lines"),
    **dict.fromkeys(("paragraph", "paragraphs"), "paragraphs"),
}


@dataclass(frozen=True)
class About:
    """A number that is meant roughly."""

    value: int

    @property
    def low(self) -> int:
        """A tenth less."""
        return -(-self.value * 9 // 10)

    @property
    def high(self) -> int:
        """A tenth more."""
        return self.value * 11 // 10


def size(scan: Scan, at: int) -> Found:
    """A bound on a length: ``at least 50 words``, ``shorter than 20 characters``, ``50-2000 words``."""
    return [
        (scan.skip("long", end), replace(bound, kind="whole", unit=named))
        for end, bound, named in bounded(scan, at, whole, _unit)
        if bound.stated
    ]


def exact_size(scan: Scan, at: int) -> Found:
    """``{exact_size}``: a length with no word about more or less: ``8 characters``."""
    found = bounded(scan, at, whole, _unit)
    return [
        (scan.skip("long", end), replace(bound, kind="whole", unit=named))
        for end, bound, named in found
        if not bound.stated
    ]


def count(scan: Scan, at: int) -> Found:
    """A bound on the number of rows: ``at least 2,000 documents``, ``100 rows or more``."""
    return [(end, replace(bound, kind="whole")) for end, bound, _ in bounded(scan, at, whole, _rows) if bound.stated]


def bare_count(scan: Scan, at: int) -> Found:
    """A number of rows with no word about more or less: ``500 rows``."""
    found = bounded(scan, at, whole, _rows)
    return [(end, replace(bound, kind="whole")) for end, bound, _ in found if not bound.stated]


def unit(scan: Scan, at: int) -> Found:
    """A unit of length."""
    return [(at + 1, UNITS[scan.word(at)])] if scan.word(at) in UNITS else []


def about_count(scan: Scan, at: int) -> Found:
    """``{about_count}``: ``about 500 rows``."""
    start = scan.one_of("about", at)
    if start is None:
        return []
    found = ((end, _rows(scan, end), value) for end, value in whole(scan, start))
    return [(follows[0], About(value)) for _, follows, value in found if follows is not None]


def _unit(scan: Scan, at: int) -> tuple[int, Any] | None:
    found = unit(scan, at)
    return found[0] if found else None


def _rows(scan: Scan, at: int) -> tuple[int, Any] | None:
    end = scan.one_of("rows", at)
    return (end, "rows") if end is not None and scan.one_of("unit", at) is None else None
