"""Shares of rows: whether one lies within bounds, and numbers of rows that do and do not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .values import UnmeasurableError

_ROUNDING = 1e-9
_SIZES = (200, 1_000, *range(20, 1_000))


def share_within(part: int, whole: int, low: float | None, high: float | None) -> bool:
    """Say whether ``part`` of ``whole`` rows is a share within the bounds; the last digits of floats do not count."""
    slack = _ROUNDING * whole
    return (low is None or part >= low * whole - slack) and (high is None or part <= high * whole + slack)


def share_samples(low: float | None, high: float | None) -> tuple[int, int]:
    """Return ``(part, whole)`` with a share within the bounds; raises ``UnmeasurableError`` when no small table has one."""
    for whole in _SIZES:
        part = math.ceil((low or 0.0) * whole - _ROUNDING * whole)
        if share_within(part, whole, low, high):
            return part, whole
    raise UnmeasurableError("no table of fewer than 1,000 rows has a share within these bounds")


def shares_outside(low: float | None, high: float | None, whole: int) -> Iterator[int]:
    """Yield numbers of rows whose share of ``whole`` lies outside: just below, just above, none and all."""
    just_below = math.ceil((low or 0.0) * whole - _ROUNDING * whole) - 1
    just_above = math.floor((1.0 if high is None else high) * whole + _ROUNDING * whole) + 1
    for part in dict.fromkeys((just_below, just_above, 0, whole)):
        if 0 <= part <= whole and not share_within(part, whole, low, high):
            yield part
