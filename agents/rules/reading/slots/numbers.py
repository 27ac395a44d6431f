"""``{number}``, ``{whole}``, ``{percent}``, ``{ratio}`` and ``{seeding}``: quantities in figures and in words."""

from __future__ import annotations

from ..scan import Scan
from .slot import Found

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_SMALL = {
    **{word: value for value, word in enumerate(_ONES)},
    **dict(zip(["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(30, 100, 10), strict=True)),
}
_BIG = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
_SUFFIX = {"k": 1_000, "m": 1_000_000}
_FRACTIONS = {
    "half": 0.5,
    "third": None,
    "quarter": 0.25,
    "fifth": 0.2,
    "tenth": 0.1,
    "twentieth": 0.05,
    "hundredth": 0.01,
}
_SHARES = {
    "three quarters": 0.75,
    "nine tenths": 0.9,
    "four fifths": 0.8,
    "one half": 0.5,
    "two thirds": 2 / 3,
    "one third": 1 / 3,
    "a third": 1 / 3,
}
_SIGNED = frozenset({"-", "−", "+"})


def number(scan: Scan, at: int) -> Found:
    """A number: ``1,000``, ``2.5 million``, ``10k``, ``a dozen``, ``two hundred``."""
    return _figures(scan, at) or _words(scan, at)


def whole(scan: Scan, at: int) -> Found:
    """A whole number of 0 or more; ``1.000`` is none, for it may mean a thousand."""
    return [
        (end, int(value))
        for end, value in number(scan, at)
        if value >= 0 and float(value).is_integer() and _plain(scan, at)
    ]


def beyond(scan: Scan, at: int) -> Found:
    """The first whole number above the one that is named, for verbs such as *exceed*."""
    return [(end, value + 1) for end, value in whole(scan, at)]


def beneath(scan: Scan, at: int) -> Found:
    """The first whole number below the one that is named, for verbs such as *fall below*."""
    return [(end, value - 1) for end, value in whole(scan, at) if value > 0]


def percent(scan: Scan, at: int) -> Found:
    """A share of a whole, as a fraction: ``1 %``, ``one percent``, ``half``, ``a tenth``."""
    for end, value in number(scan, at):
        after = scan.word(end)
        if after in ("%", "percent", "pct") or (after, scan.word(end + 1)) == ("per", "cent"):
            stop = end + (2 if after == "per" else 1)
            return [(stop, round(value / 100, 10))] if 0 <= value <= 100 else []
    if (pair := f"{scan.word(at)} {scan.word(at + 1)}") in _SHARES:
        return [(at + 2, _SHARES[pair])]
    start = at + 1 if scan.word(at) in ("a", "one") else at
    share = _FRACTIONS.get(scan.word(start))
    return [(start + 1, share)] if share is not None and (start > at or scan.word(start) == "half") else []


def ratio(scan: Scan, at: int) -> Found:
    """A similarity or another number from 0 to 1, also as a percentage: ``0.8``, ``80 %``."""
    return percent(scan, at) or [(end, float(value)) for end, value in number(scan, at) if 0 < value <= 1]


def seed(scan: Scan, at: int) -> Found:
    """A seed: any whole number in figures."""
    token = scan.token(at)
    return whole(scan, at) if token is not None and token.kind == "number" else []


def seeding(scan: Scan, at: int) -> Found:
    """``{seeding}``: a seed with the words around it: ``with seed 7``, ``(seed = 7)``, ``, using a fixed seed of 7``."""
    opened = scan.word(at) in ("(", "[")
    start = scan.skip("before_seed", at + 1 if opened or scan.word(at) in (",", ";", "-", "–", "—") else at)
    noun = scan.one_of("seed_noun", start)
    if noun is None:
        return []
    found = seed(scan, scan.skip("after_seed", noun))
    return [(end + opened, value) for end, value in found if opened == (scan.word(end) in (")", "]"))]


def _figures(scan: Scan, at: int) -> Found:
    token, start = scan.token(at), at
    negative = False
    if token is not None and token.text in _SIGNED and not (token.glued and at > 0):
        following = scan.token(at + 1)
        if following is None or not following.glued or token.text == "+":
            return []
        negative, token, start = True, following, at + 1
    if token is None or token.kind != "number" or _decimal_comma(scan, start):
        return []
    value = float(token.text.replace(",", "").replace("_", ""))
    end = start + 1
    unit, joined = scan.word(end), scan.token(end)
    if joined is not None and joined.glued and joined.kind in ("word", "number"):
        if unit not in _SUFFIX:
            return _before_unit(scan, end, value)
        value, end = value * _SUFFIX[unit], end + 1
    elif unit in _BIG:
        value, end = value * _BIG[unit], end + 1
    return [(end, _tidy(-value if negative else value))]


def _decimal_comma(scan: Scan, at: int) -> bool:
    """``0,5`` may be a half or a list; ``0,1,2`` is a list."""
    first = at
    while scan.word(first - 1) == "," and _glued(scan, first) and _glued(scan, first - 1):
        first -= 2
    last = at
    while scan.word(last + 1) == "," and _glued(scan, last + 1) and _glued(scan, last + 2):
        last += 2
    return last - first == 2


def _glued(scan: Scan, at: int) -> bool:
    token = scan.token(at)
    return token is not None and token.glued


def _before_unit(scan: Scan, end: int, value: float) -> Found:
    """``50-word`` and ``50words`` are a number and its unit; ``2nd`` and ``500MB`` are no plain number."""
    return [(end, _tidy(value))] if scan.one_of("unit", end) is not None else []


def _words(scan: Scan, at: int) -> Found:
    start = at + 1 if scan.word(at) == "a" and scan.word(at + 1) in _BIG else at
    small = _SMALL.get(scan.word(start))
    end = start
    if small is not None:
        end += 1
        ones = _SMALL.get(scan.word(end), 0)
        if small >= 20 and 0 < ones < 10:
            small, end = small + ones, end + 1
    if start == at and small is None:
        return []
    value = small if small is not None else 1
    while (scale := _BIG.get(scan.word(end))) is not None:
        value, end = value * scale, end + 1
    return [(end, value)]


def _plain(scan: Scan, at: int) -> bool:
    token = scan.token(at)
    text = token.text if token is not None and token.kind == "number" else ""
    return "." not in text or len(text.rsplit(".", 1)[1]) != 3 or scan.word(at + 1) in ("million", "thousand", "m")


def _tidy(value: float) -> float | int:
    rounded = round(value, 10)
    return int(rounded) if rounded.is_integer() else rounded
