"""``{comparison}``: a column held to numbers as in mathematics: ``0 <= score <= 1``, also inside back-ticks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..scan import Scan
from ..tokens import tokenize
from .bounds import Bound
from .columns import UnknownColumn, column
from .numbers import number
from .slot import Found

_AT_MOST = frozenset({"<=", "≤", "=<"})
_LESS = frozenset({"<"})
_AT_LEAST = frozenset({">=", "≥", "=>"})
_MORE = frozenset({">"})


@dataclass(frozen=True)
class Comparison:
    """A column and the bounds on it."""

    column: str | UnknownColumn
    bound: Bound


def comparison(scan: Scan, at: int) -> Found:
    """A number and a column, or a column between two numbers, with signs between them."""
    token = scan.token(at)
    if token is not None and token.kind == "code" and any(sign in token.text for sign in "<>≤≥"):
        inside = replace(scan, tokens=tokenize(token.text, 0, len(token.text)), memory={})
        return [(at + 1, found) for end, found in _compared(inside, 0) if end == len(inside)]
    return _compared(scan, at)


def _compared(scan: Scan, at: int) -> Found:
    """``0 <= score <= 1`` and ``0 <= score``; ``score <= 1`` where the column stands first."""
    first = _signed_number(scan, at)
    start, low = first if first is not None else (at, None)
    for end, name in column(scan, start):
        second = _number_after_sign(scan, end)
        stop, high = second if second is not None else (end, None)
        bound = low.within(high) if low is not None and high is not None else low or high
        if bound is not None and _is_possible(bound) and scan.word(stop) not in _SIGNS:
            return [(stop, Comparison(name, replace(bound, stated=True)))]
    return []


def _signed_number(scan: Scan, at: int) -> tuple[int, Bound] | None:
    """``0 <=``: the number bounds what follows it."""
    for end, value in number(scan, at):
        made = _FROM_LEFT.get(scan.word(end))
        return (end + 1, made(value)) if made is not None else None
    return None


def _number_after_sign(scan: Scan, at: int) -> tuple[int, Bound] | None:
    made = _SIGNS.get(scan.word(at))
    for end, value in number(scan, at + 1) if made is not None else []:
        following = scan.token(end)
        if made is not None and not (following is not None and following.glued and following.kind != "mark"):
            return end, made(value)
    return None


def _is_possible(bound: Bound) -> bool:
    if bound.min is None or bound.max is None:
        return True
    return bound.min < bound.max or (bound.min == bound.max and not (bound.min_exclusive or bound.max_exclusive))


_Made = Callable[[float], Bound]
_SIGNS: dict[str, _Made] = {
    **{sign: lambda value: Bound(max=value) for sign in _AT_MOST},
    **{sign: lambda value: Bound(max=value, max_exclusive=True) for sign in _LESS},
    **{sign: lambda value: Bound(min=value) for sign in _AT_LEAST},
    **{sign: lambda value: Bound(min=value, min_exclusive=True) for sign in _MORE},
}
_FROM_LEFT: dict[str, _Made] = {
    **dict.fromkeys(_AT_MOST, _SIGNS[">="]),
    **dict.fromkeys(_LESS, _SIGNS[">"]),
    **dict.fromkeys(_AT_LEAST, _SIGNS["<="]),
    **dict.fromkeys(_MORE, _SIGNS["<"]),
}
