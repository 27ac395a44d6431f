"""Fates: what is to happen to a subject, as in *duplicates must be dropped* or *URLs are not allowed*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ....tools.checks.template import Means
from .actions import LEAVE_ALONE, taken_away
from .clause import Clause, Facts, affirmed, denied, meant
from .facts import Fact
from .modals import modal
from .nouns import noun
from .phrases import longest
from .places import ROWS, joint_at, location, things
from .scan import Scan

_DONE: dict[str, Means] = {"dropped": "any", "removed": "edit", "stripped": "edit", "masked": "edit"}


def taken(scan: Scan, at: int) -> Clause | None:
    """*Duplicates must be dropped*, *rows under 20 words should be removed*, *anything under 30 words goes*."""
    subjects: list[tuple[int, tuple[Fact, ...], Any]] = []
    place = scan.skip("each", scan.skip("filler", at))
    listed = listed_away(scan, place)
    if listed is not None:
        subjects.append((listed.end, listed.facts, "thing"))
    rows = noun(scan, scan.after("only", at))
    if rows is not None and rows.said is not None:
        subjects.append((rows.end, rows.said.facts, rows.said))
    for end, facts, said in sorted(subjects, key=lambda subject: -subject[0]):
        found = _fate(scan, at, end, facts, said)
        if found is not None:
            return found
    return None


def _fate(scan: Scan, at: int, end: int, facts: tuple[Fact, ...], said: Any) -> Clause | None:
    verb = modal(scan, end)
    be = scan.after("be", verb.end)
    place = scan.skip("filler", scan.after("get", be))
    denial = scan.one_of("not", place)
    only = isinstance(said, Facts) and scan.one_of("only", at) is not None
    for name, means in _DONE.items():
        stop = scan.one_of(name, denial or place)
        if stop is not None and (be > verb.end or place > be) and not only:
            if verb.negated or denial is not None:
                return Clause(at, stop, why=LEAVE_ALONE)
            if name in ("stripped", "masked") and isinstance(said, Facts):
                return Clause(at, stop, why="rows are kept or dropped; name what in them is to be changed")
            stop, columns = location(scan, stop)
            facts = tuple(replace(fact, column=column) for fact in facts for column in columns or (fact.column,))
            facts = tuple(fact.taken_out() if name in ("removed", "stripped") else fact for fact in facts)
            return _gone(at, stop, facts, said, means)
    kept = scan.one_of("kept", place) if be > verb.end and denial is None and not verb.negated else None
    if kept is not None and isinstance(said, Facts):
        return _stays(scan, at, kept, said)
    stop = scan.one_of("goes", end) if not only else None
    if stop is not None:
        return _gone(at, stop, facts, said, "any")
    if only:
        return None
    unwelcome = scan.one_of("allowed", denial) if denial is not None else None
    unwelcome = unwelcome or (scan.one_of("forbidden", place) if denial is None else None)
    if verb.said and verb.negated:
        unwelcome = scan.one_of("vanish", verb.end) or scan.one_of("allowed", place) or unwelcome
    return _gone(at, unwelcome, facts, said, "any") if unwelcome is not None else None


def _stays(scan: Scan, at: int, end: int, said: Facts) -> Clause:
    """*Only rows in English shall be kept*; without *only*, it may as well mean that none of them may go."""
    only = scan.one_of("only", at) is not None or scan.one_of("only", end) is not None
    if not only:
        return Clause(at, end, why='only these rows, or at least these? Write "only"')
    return Clause(at, scan.after("only", end), meant(affirmed(said), "drop"))


def _gone(at: int, end: int, facts: tuple[Fact, ...], said: Any, means: Means) -> Clause:
    if isinstance(said, Facts):
        away = denied(said)
        return Clause(at, end, meant(away, "drop"), narrows=True)
    return Clause(at, end, meant(_with_means(facts, means), means), narrows=True)


def _with_means(facts: Sequence[Fact], means: Means) -> tuple[Fact, ...]:
    """Flaws go by dropping rows; what stands in the text goes as the verb says."""
    return tuple(replace(fact, means="drop" if not fact.rule else means) for fact in facts)


def listed_away(scan: Scan, at: int) -> Facts | None:
    """Things, flaws and rows that must not be there, in a list."""
    end, facts, start = at, list[Fact](), at
    while True:
        hit = _unwanted(scan, scan.skip("filler", start))
        if hit is None:
            return Facts(end, tuple(facts)) if facts else None
        end = hit.end
        facts += hit.facts
        joint, start = joint_at(scan, end)
        if not joint:
            return Facts(end, tuple(facts))


def _unwanted(scan: Scan, at: int) -> Facts | None:
    found = things(scan, at, ROWS)
    flaw = longest("flaw", scan, at)
    if flaw is not None and (found is None or flaw[0] > found.end):
        return Facts(flaw[0], (flaw[1],))
    return None if found is None else Facts(found.end, taken_away(found.facts, "any"))
