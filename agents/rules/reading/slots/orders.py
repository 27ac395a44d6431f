"""``{sort_keys}``: the columns of an order with their directions: ``year, newest first, then by id``."""

from __future__ import annotations

from ..scan import Scan
from .columns import all_columns
from .slot import Found

Key = tuple[list[str], bool | None]
"""Columns with whether they descend; ``None`` where nothing is said."""


def sort_keys(scan: Scan, at: int) -> Found:
    """Columns in order, as parameters of the check; only where one direction holds for all of them."""
    keys: list[Key] = []
    end = place = at
    while (found := _key(scan, place)) is not None:
        if place == end + 1 and scan.word(end) == "," and found[1][1] is None:
            break
        end, key = found
        keys.append(key)
        place = scan.skip("then_by", end)
        if place == end:
            break
    both = scan.one_of("both_keys", scan.after("punctuation_comma", end)) if keys else None
    if both is not None:
        end, for_all = _direction(scan, both)
        keys = [(names, for_all if given is None else given) for names, given in keys]
    return _made(end, keys)


def _key(scan: Scan, at: int) -> tuple[int, Key] | None:
    for end, names in all_columns(scan, at):
        end = scan.after("key_noun", end)
        stop, descending = _direction(scan, end)
        return stop, (names, descending)
    return None


def _direction(scan: Scan, at: int) -> tuple[int, bool | None]:
    """``, newest first`` and ``(descending)``."""
    opened = scan.word(at) in ("(", "[")
    start = at + 1 if opened else scan.after("punctuation_comma", at)
    for name, descending in (("ascending", False), ("descending", True)):
        end = scan.one_of(name, start)
        if end is not None and opened == (scan.word(end) in (")", "]")):
            return end + opened, descending
    return at, None


def _made(end: int, keys: list[Key]) -> Found:
    """Directions that differ are no order that the check knows; one after several columns may be of the last alone."""
    columns = [name for names, _ in keys for name in names]
    unclear = any(descending and len(names) > 1 for names, descending in keys)
    if not keys or unclear or len({bool(descending) for _, descending in keys}) > 1:
        return []
    return [(end, {"by": columns, **({"descending": True} if keys[0][1] else {})})]
