"""``{fractions}`` and ``{held_out}``: how a data set is divided into named splits."""

from __future__ import annotations

from ..scan import Scan
from .numbers import number, percent
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


def fractions(scan: Scan, at: int) -> Found:
    """Shares with their names, in any order that people write: ``80/10/10 into train, validation and test``."""
    return [*_shares_then_names(scan, at), *_names_then_shares(scan, at), *_pairs(scan, at)]


def held_out(scan: Scan, at: int) -> Found:
    """``10 % as validation``: one split named, the rest is for training."""
    found = []
    for end, share in percent(scan, at):
        place = scan.after("held_as", scan.after("of_rows", end))
        name = _NAMES.get(scan.word(scan.skip("article", place)))
        if place > end and name not in (None, "train") and 0 < share < 1:
            stop = scan.after("split_noun", scan.skip("article", place) + 1)
            found.append((stop, {"train": round(1 - share, 10), name: share}))
    return found


def split_names(scan: Scan, at: int) -> tuple[int, list[str]]:
    """Return the end of a list of split names at a position, and the names."""
    names: list[str] = []
    end = place = at
    while (name := _NAMES.get(scan.word(scan.skip("article", place)))) is not None:
        names.append(name)
        end = scan.after("split_noun", scan.skip("article", place) + 1)
        place = scan.skip("split_link", end)
        if place == end:
            break
    return end, names


def two_splits(scan: Scan, at: int) -> Found:
    """``{two_splits}``: the names of two or more splits, such as ``train and test``."""
    end, names = split_names(scan, at)
    return [(end, names)] if len(names) > 1 else []


def _shares_then_names(scan: Scan, at: int) -> Found:
    end, shares = _shares(scan, at)
    if len(shares) < 2:
        return []
    stop, names = split_names(scan, scan.skip("split_into", scan.after("split_noun", end)))
    if not names and len(shares) in DEFAULT_NAMES:
        return _made(scan.after("split_noun", end), DEFAULT_NAMES[len(shares)], shares)
    return _made(stop, names, shares)


def _names_then_shares(scan: Scan, at: int) -> Found:
    end, names = split_names(scan, at)
    if len(names) < 2:
        return []
    opened = scan.word(end) in ("(", ":", ",")
    stop, shares = _shares(scan, scan.skip("split_of", end + 1 if opened else end))
    return _made(stop + (1 if scan.word(stop) == ")" else 0), names, shares)


def _pairs(scan: Scan, at: int) -> Found:
    """``80 % train, 10 % validation`` and ``train (90 %) and test (10 %)``."""
    names: list[str] = []
    shares: list[float] = []
    end = place = at
    while (pair := _pair(scan, scan.skip("article", place))) is not None:
        end, name, share = pair
        names.append(name)
        shares.append(share)
        place = scan.skip("split_link", end)
        if place == end:
            break
    return _made(end, names, shares) if len(names) > 1 else []


def _pair(scan: Scan, at: int) -> tuple[int, str, float] | None:
    for end, share in percent(scan, at):
        place = scan.skip("article", scan.after("held_as", end))
        name = _NAMES.get(scan.word(place))
        return (scan.after("split_noun", place + 1), name, share) if name else None
    name = _NAMES.get(scan.word(at))
    place = scan.after("split_noun", at + 1)
    bracket = scan.word(place) in ("(", ":", "=")
    for end, share in percent(scan, place + bracket) if name else []:
        closed = scan.word(end) == ")"
        return (end + 1, name, share) if closed or scan.word(place) != "(" else None  # type: ignore[return-value]
    return None


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
        place = end + 1 if scan.word(end) in ("/", "-", "–", ":", ",") else scan.after("split_and", end)
        if place == end:
            return end, shares


def _made(end: int, names: list[str] | tuple[str, ...], shares: list[float]) -> Found:
    fits = len(names) == len(shares) > 1 and len(set(names)) == len(names) and abs(sum(shares) - 1) < 1e-6
    return [(end, {name: round(share, 10) for name, share in zip(names, shares, strict=True)})] if fits else []
