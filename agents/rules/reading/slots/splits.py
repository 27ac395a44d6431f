"""``{fractions}`` and ``{held_out}``: how a data set is divided into named splits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..scan import Scan
from .numbers import number, percent, whole
from .slot import Found

_NAMES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "validating", "valid"), "validation"),
    **dict.fromkeys(("test", "testing", "tests"), "test"),
    "val": "val",
    "dev": "dev",
    "development": "dev",
    **dict.fromkeys(("eval", "evaluation", "evaluating"), "eval"),
    "holdout": "holdout",
}
DEFAULT_NAMES = {2: ("train", "test"), 3: ("train", "validation", "test")}
_TICKED = re.compile(r"[A-Za-z]\w*", re.ASCII)
REST = -1.0
"""Stands for the share that the other splits leave."""


def fractions(scan: Scan, at: int) -> Found:
    """Shares with their names, in any order that people write: ``80/10/10 into train, validation and test``."""
    start, wanted = _announced(scan, at)
    found = [*_shares_then_names(scan, start), *_names_then_shares(scan, start), *_pairs(scan, start)]
    return [(end, shares) for end, shares in found if wanted in (None, len(shares))]


def held_out(scan: Scan, at: int) -> Found:
    """``10 % as validation``: one split named, the rest is for training."""
    found = []
    for end, share in percent(scan, at):
        place = scan.after("held_as", scan.after("of_rows", end))
        name = split_name(scan, place)
        if place > end and name is not None and name[1] != "train" and 0 < share < 1:
            found.append((name[0], {"train": round(1 - share, 10), name[1]: share}))
    return found


def split_name(scan: Scan, at: int) -> tuple[int, str] | None:
    """Return the end of a split's name at a position, with ``set`` or ``split`` after it, and the name."""
    place = scan.skip("article", at)
    token = scan.token(place)
    if token is not None and token.kind in ("code", "quoted"):
        name = token.text if _TICKED.fullmatch(token.text) else None
    else:
        name = _NAMES.get(scan.word(place))
    return None if name is None else (scan.after("split_noun", place + 1), name)


def split_names(scan: Scan, at: int) -> tuple[int, list[str]]:
    """Return the end of a list of split names at a position, and the names."""
    names: list[str] = []
    end = place = at
    while (named := split_name(scan, place)) is not None:
        end, name = named
        names.append(name)
        place = scan.skip("split_link", end)
        following = scan.token(end)
        if place == end and not (following is not None and following.glued):
            break
    return end, names


def two_splits(scan: Scan, at: int) -> Found:
    """``{two_splits}``: the names of two or more splits, such as ``train and test``."""
    end, names = split_names(scan, at)
    return [(end, names)] if len(names) > 1 else []


def one_split(scan: Scan, at: int) -> Found:
    """``{one_split}``: the name of one split, such as ``the test set``."""
    named = split_name(scan, at)
    return [] if named is None else [named]


def _announced(scan: Scan, at: int) -> tuple[int, int | None]:
    """``three splits called ...``: where the splits begin, and how many they must be."""
    for end, count in whole(scan, at):
        noun = scan.one_of("split_noun", end)
        if noun is not None:
            return scan.skip("split_called", noun), count
    return at, None


def _shares_then_names(scan: Scan, at: int) -> Found:
    end, shares = _shares(scan, at)
    if len(shares) < 2:
        return []
    stop, names = split_names(scan, scan.skip("split_into", scan.after("split_noun", end)))
    if not names and len(shares) in DEFAULT_NAMES:
        return _made(scan.after("split_noun", end), DEFAULT_NAMES[len(shares)], shares)
    return _made(stop + (scan.word(stop) == ")" and _opens(scan, at, stop)), names, shares)


def _names_then_shares(scan: Scan, at: int) -> Found:
    end, names = split_names(scan, at)
    if len(names) < 2:
        return []
    opened = scan.word(end) in ("(", ":", ",")
    stop, shares = _shares(scan, scan.skip("split_of", end + 1 if opened else end))
    closed = scan.word(stop) == ")" and scan.word(end) == "("
    return _made(scan.after("of_rows", stop + closed), names, shares)


def _opens(scan: Scan, start: int, end: int) -> bool:
    return any(scan.word(at) == "(" for at in range(start, end))


def _pairs(scan: Scan, at: int) -> Found:
    """``80 % train, 10 % validation``, ``train (90 %) and test (10 %)``, ``10 % in test and the rest in train``."""
    names: list[str] = []
    shares: list[float] = []
    end = place = at
    while (pair := _pair(scan, place)) is not None:
        end, name, share = pair
        names.append(name)
        shares.append(share)
        place = scan.skip("split_link", end)
        if place == end:
            break
    return _made(end, names, shares) if len(names) > 1 else []


def _pair(scan: Scan, at: int) -> tuple[int, str, float] | None:
    place = scan.skip("article", at)
    for end, share in _part(scan, place):
        named = split_name(scan, scan.skip("held_as", scan.after("of_rows", end)))
        return (named[0], named[1], share) if named is not None else None
    named = split_name(scan, place)
    if named is None:
        return None
    end, name = named
    bracket = scan.word(end) == "("
    for stop, share in _part(scan, end + 1 if bracket else scan.skip("split_gets", end)):
        stop = scan.after("of_rows", stop)
        if bracket == (scan.word(stop) == ")"):
            return scan.after("split_noun", stop + bracket), name, share
    return None


def _part(scan: Scan, at: int) -> Found:
    """A percentage, a fraction such as ``0.1``, or the rest."""
    rest = scan.one_of("the_rest", at)
    if rest is not None:
        return [(rest, REST)]
    return percent(scan, at) or [(end, float(value)) for end, value in number(scan, at) if 0 < value < 1]


def _shares(scan: Scan, at: int) -> tuple[int, list[float]]:
    """Two or more numbers with slashes, dashes, colons or commas between them: ``80/10/10``, ``80 %, 20 %``."""
    shares: list[float] = []
    end = place = at
    while True:
        found = percent(scan, place) or [
            (stop, value / 100 if value > 1 else value) for stop, value in number(scan, place)
        ]
        if not found or not 0 < found[0][1] < 1:
            return end, shares
        end = found[0][0]
        shares.append(found[0][1])
        place = scan.skip("share_link", end)
        if place == end:
            return end, shares


def _made(end: int, names: Sequence[str], shares: Sequence[float]) -> Found:
    if shares.count(REST) == 1:
        left = 1 - sum(share for share in shares if share != REST)
        shares = [left if share == REST else share for share in shares]
    fits = len(names) == len(shares) > 1 and len(set(names)) == len(names) and abs(sum(shares) - 1) < 1e-6
    if not fits or min(shares) < 1e-6:
        return []
    return [(end, {name: round(share, 10) for name, share in zip(names, shares, strict=True)})]
