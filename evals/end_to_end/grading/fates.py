"""What must become of each row of the input: kept, dropped, or either; and whether a dataset complies.

A row that must be kept may be missing when the spec forbids it beside a row that is there, such as a copy of it. Such
conflicts are pairs of rows; whoever is connected by them is excused by anyone of the group who is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from enum import StrEnum

Pair = tuple[int, int]


class Fate(StrEnum):
    """What must become of a row."""

    KEEP = "keep"
    DROP = "drop"
    OPEN = "open"


def fate(readings: Iterable[bool]) -> Fate:
    """Return KEEP when the row qualifies under every reading of the spec, DROP under none, else OPEN."""
    answers = set(readings)
    return Fate.OPEN if len(answers) > 1 else Fate.KEEP if answers == {True} else Fate.DROP


def all_of(*fates: Fate) -> Fate:
    """Return the fate of a row that several criteria judge."""
    return next((one for one in (Fate.DROP, Fate.OPEN) if one in fates), Fate.KEEP)


def trace(
    output: Sequence[Hashable], source: Sequence[Hashable], alike: Callable[[int, int], float] = lambda _out, _in: 0.0
) -> list[int | None]:
    """Return for each output row the input row that it comes from, found by equal keys; each serves once.

    Of several with the same key it is the one that is most ``alike``.
    """
    free: dict[Hashable, list[int]] = {}
    for at, key in enumerate(source):
        free.setdefault(key, []).append(at)
    origins: list[int | None] = []
    for at, key in enumerate(output):
        choices = free.get(key, [])
        best = max(choices, key=lambda choice: alike(at, choice), default=None)
        if best is not None:
            choices.remove(best)
        origins.append(best)
    return origins


def wrong_rows(
    fates: Sequence[Fate],
    origins: Sequence[int | None],
    names: Sequence[object],
    conflicts: Iterable[Pair] = (),
    *,
    margin: Collection[int] = (),
    tolerated: float = 0.0,
) -> list[str]:
    """Return reasons: rows from nowhere or twice, rows that must not be there, rows that are lost.

    ``margin`` holds rows whose fate hangs on a measure that nobody gets right always, such as the language of a text: of
    these one may be wrong, or a share of ``tolerated`` of all rows that are there.
    """
    present = {origin for origin in origins if origin is not None}
    unknown = sum(origin is None for origin in origins)
    unwanted = [at for at in present if fates[at] is Fate.DROP]
    excused = _excused(fates, present, conflicts)
    lost = [at for at, one in enumerate(fates) if one is Fate.KEEP and at not in present and at not in excused]
    allowed = max(tolerated * len(present), 1) if margin else 0
    return [
        *([f"{unknown} rows are invented, changed beyond recognition, or there twice"] if unknown else []),
        *_beyond(unwanted, margin, allowed, names, "must not be there"),
        *_beyond(lost, margin, allowed, names, "are lost"),
    ]


def _beyond(wrong: list[int], margin: Collection[int], allowed: float, names: Sequence[object], what: str) -> list[str]:
    clear = [at for at in wrong if at not in margin]
    if not clear and len(wrong) <= allowed:
        return []
    return several(f"rows {what}", [names[at] for at in sorted(clear or wrong)])


def _excused(fates: Sequence[Fate], present: Collection[int], conflicts: Iterable[Pair]) -> set[int]:
    """Return the rows that are connected with one that is there, over rows that need not be dropped."""
    neighbours: dict[int, set[int]] = {}
    for one, other in conflicts:
        if Fate.DROP not in (fates[one], fates[other]):
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
    reached = {at for at in present if at in neighbours}
    edge = list(reached)
    while edge:
        new = neighbours[edge.pop()] - reached
        reached |= new
        edge += new
    return reached


def equal_pairs(values: Iterable[Hashable]) -> list[Pair]:
    """Return pairs that connect all rows with the same value; ``None`` is no value."""
    last: dict[Hashable, int] = {}
    found = []
    for at, value in enumerate(values):
        if value is not None and value in last:
            found.append((last[value], at))
        last[value] = at
    return found


def several(what: str, examples: Sequence[object]) -> list[str]:
    """Return one reason with the number of cases and the first three, or none when there is no case."""
    if not examples:
        return []
    shown = ", ".join(f"{str(example)[:80]!r}" for example in examples[:3])
    return [f"{len(examples)} {what}: {shown}{', ...' if len(examples) > 3 else ''}"]
