"""Predicates: what a sentence says of rows or of a column, after *is*, *has*, *with*, *that* or right after the noun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .clause import Facts, on_column
from .facts import Fact, NotUnderstoodError
from .phrases import longest
from .scan import Scan
from .slots import SLOTS
from .slots.columns import UnknownColumn

_OF_ONE_ROW = frozenset({"length", "not_empty", "number_range", "pattern", "allowed_values"})
"""What is said of one text or value and makes no sense, or another, when it is said of the whole output."""
_JOINTS = {",": ",", "and": "and", "or": "or", "but": "and", "nor": "or"}


@dataclass(frozen=True)
class Head:
    """What predicates are said of: rows (``columns`` is empty), named columns, or the whole output."""

    columns: tuple[str | UnknownColumn, ...] = ()
    joint: str = ""
    output: bool = False


ROWS = Head()


def predicates(scan: Scan, at: int, head: Head, *, finite: bool, after_modal: bool = False) -> Facts | None:
    """Return what is said from a position on: one predicate, or several joined by commas, *and* or *or*.

    ``finite`` allows *is* and *has* at the start; without it only what can follow a noun directly (*with*, *that is*).
    """
    found = _predicate(scan, at, head, finite=finite, bare=not after_modal)
    while found is not None:
        joint, start = joint_at(scan, found.end)
        if joint and any(scan.one_of(name, start) is not None for name in ("must", "may")):
            return found
        following = (
            _predicate(scan, start, head, finite=True, bare=True, joined=True) if joint else _beside(scan, found, head)
        )
        joint = joint or "near"
        if following is None:
            return found
        if found.denied and not _has_own_verb(scan, start):
            raise NotUnderstoodError("does the *not* count for both?")
        found = found.joined(following, joint)
    return None


def _beside(scan: Scan, found: Facts, head: Head) -> Facts | None:
    """``a number between 0 and 1``: bounds right after a type."""
    if not head.columns or found.facts[-1].check != "value_type":
        return None
    bounds = [
        facts for facts in _said(scan, found.end, head, ("adjective",), False) if facts.facts[0].check == "number_range"
    ]
    return bounds[0] if bounds else None


def joint_at(scan: Scan, at: int) -> tuple[str, int]:
    """Return the joint at a position (``,``, ``and``, ``or``; empty for none) and the position after it."""
    word, end = scan.word(at), at + 1
    joint = _JOINTS.get(word, "")
    if joint == "," and scan.word(end) in _JOINTS and scan.word(end) != ",":
        joint, end = _JOINTS[scan.word(end)], end + 1
    return joint, end if joint else at


def _has_own_verb(scan: Scan, at: int) -> bool:
    classes = ("be", "have_finite", "have_linked", "that", "without", "whose", "denial")
    return any(scan.one_of(name, at) is not None for name in classes) or longest("verb", scan, at) is not None


def _predicate(scan: Scan, at: int, head: Head, *, finite: bool, bare: bool, joined: bool = False) -> Facts | None:
    readings = list(_readings(scan, at, head, finite=finite, bare=bare, joined=joined))
    return max(readings, key=lambda facts: facts.end, default=None)


def _readings(scan: Scan, at: int, head: Head, *, finite: bool, bare: bool, joined: bool) -> Iterator[Facts]:
    place = scan.after("that", scan.skip("filler", at))
    finite = finite or place > scan.skip("filler", at)
    denial = scan.one_of("denial", place)
    negated = denial is not None
    place = scan.skip("filler", denial) if denial is not None else place
    yield from _said(scan, place, head, ("verb",), negated)
    if finite:
        yield from _after_be(scan, place, head, negated)
        if not (negated and scan.one_of("needs", place) is not None):
            yield from _after_have(scan, scan.one_of("have_finite", place), head, negated)
    yield from _after_have(scan, scan.one_of("have_linked", place), head, negated)
    yield from _after_of(scan, scan.one_of("of_amount", place), head, negated)
    yield from _after_have(scan, scan.one_of("without", place), head, not negated)
    if bare or negated:
        yield from _said(scan, place, head, ("adjective", "noun"), negated)
    whose = scan.one_of("whose", place)
    if whose is not None and not head.columns:
        yield from _of_columns(scan, whose)
        yield from _said(scan, scan.skip("filler", whose), head, ("property",), negated)
    if joined and not head.output:
        yield from _of_columns(scan, place, listed=False)
        yield from _described_column(scan, place)


def _after_be(scan: Scan, at: int, head: Head, negated: bool) -> Iterator[Facts]:
    be = scan.one_of("be", at)
    if be is None:
        return
    denial = scan.one_of("not", be)
    place = scan.skip("filler", denial or be)
    negated = negated != (denial is not None)
    yield from _said(scan, place, head, ("adjective", "noun"), negated)
    without = scan.one_of("without", place)
    yield from _after_have(scan, without, head, not negated)
    if head.output:
        yield from _said(scan, place, head, ("amount",), negated)


def _after_have(scan: Scan, at: int | None, head: Head, negated: bool) -> Iterator[Facts]:
    """What follows *has*, *with* or *without*: a size, things in the text, a column."""
    if at is None:
        return
    denial = scan.one_of("no", scan.skip("article", at)) or scan.one_of("not", at)
    if denial is not None:
        yield from _had(scan, scan.skip("filler", denial), head, not negated)
    yield from _had(scan, scan.skip("filler", at), head, negated)


def _after_of(scan: Scan, at: int | None, head: Head, negated: bool) -> Iterator[Facts]:
    """What follows *of* or *from*: a size, or a column with its value; never what is merely there."""
    if at is None:
        return
    place = scan.skip("filler", at)
    yield from _said(scan, place, head, ("noun",), negated)
    if not head.columns and not head.output:
        yield from (_negated(facts, negated) for facts in _of_columns(scan, place))


def _had(scan: Scan, place: int, head: Head, negated: bool) -> Iterator[Facts]:
    yield from _said(scan, place, head, ("noun", *(("amount",) if head.output else ())), negated)
    found = things(scan, place, head, flaws=head.output)
    if found is not None:
        yield _negated(found, negated)
    if not head.columns and not head.output:
        yield from (_negated(facts, negated) for facts in _column_had(scan, place))


def _said(scan: Scan, at: int, head: Head, shapes: Sequence[Any], negated: bool) -> Iterator[Facts]:
    for shape in shapes:
        hit = longest(shape, scan, at, of_column=bool(head.columns))
        if hit is not None and not (head.output and hit[1].check in _OF_ONE_ROW):
            end, place = _place_named(scan, hit[0], hit[1], head)
            yield _negated(about(end, hit[1], place), negated)


def _place_named(scan: Scan, end: int, fact: Fact, head: Head) -> tuple[int, Head]:
    """``at least 50 words in the title``: the column that a text's property is about may stand after it."""
    if head.columns or not fact.rule or fact.over != "text":
        return end, head
    stop, columns = location(scan, end)
    if columns:
        return stop, Head(columns, "and")
    whole = any(scan.one_of("output", place) == stop for place in range(end, stop))
    return (end, head) if whole else (stop, head)


def about(end: int, fact: Fact, head: Head) -> Facts:
    """Return a fact said of a head: of each of its columns where it names several."""
    if not head.columns:
        return Facts(end, (fact,))
    joints = frozenset({head.joint or ","}) if len(head.columns) > 1 else frozenset()
    return Facts(end, tuple(replace(fact, column=fact.column or column) for column in head.columns), joints)


def _negated(found: Facts, negated: bool) -> Facts:
    """Deny facts together: not (a or b) is not a and not b. Not (a and b) is read as neither, the stricter of its senses."""
    if not negated:
        return found
    joints = frozenset({"and"}) if len(found.facts) > 1 else frozenset()
    return Facts(found.end, tuple(fact.denied() for fact in found.facts), joints, denied=True)


def things(scan: Scan, at: int, head: Head, *, flaws: bool = False, shape: Any = "thing") -> Facts | None:
    """Return things in the text, listed, with the column where they are looked for if one is named after them."""
    found = _thing(scan, at, flaws, shape)
    while found is not None:
        joint, start = joint_at(scan, found.end)
        if joint and any(scan.one_of(name, start) is not None for name in ("must", "may")):
            return found
        following = _thing(scan, scan.skip("filler", start), flaws, shape) if joint else None
        if following is None:
            break
        found = found.joined(following, joint)
    if found is None:
        return None
    end, columns = location(scan, found.end)
    if not columns:
        columns = head.columns[:1] if len(head.columns) == 1 else ()
    if len(columns) > 1:
        spread = tuple(replace(fact, column=column) for column in columns for fact in found.facts)
        return Facts(end, spread, found.joints | {"and"})
    return Facts(end, on_column(found.facts, columns[0] if columns else None), found.joints)


def _thing(scan: Scan, at: int, flaws: bool, shape: Any) -> Facts | None:
    hits = [longest(shape, scan, at)]
    flaw = longest("flaw", scan, at) if flaws else None
    hits.append((flaw[0], flaw[1].denied()) if flaw is not None else None)
    best = max((hit for hit in hits if hit is not None), key=lambda hit: hit[0], default=None)
    return None if best is None else Facts(best[0], (best[1],))


def location(scan: Scan, at: int) -> tuple[int, tuple[str | UnknownColumn, ...]]:
    """Return the end of ``in the `answer` column`` or ``from the text`` at a position, and the columns named there."""
    start = scan.one_of("location", scan.skip("left", at))
    if start is None:
        return at, ()
    place = scan.skip("filler", start)
    end = max((scan.one_of(name, place) or 0 for name in ("rows", "text", "output", "pronoun")), default=0)
    named = columns_at(scan, start)
    if named is not None and named.end >= end:
        return named.end, named.head.columns
    return (end, ()) if end else (at, ())


@dataclass(frozen=True)
class NamedColumns:
    """Columns that stand at a position."""

    end: int
    head: Head


def columns_at(scan: Scan, at: int) -> NamedColumns | None:
    """Return the columns at a position; the main text column counts as no column of its own."""
    for end, names in SLOTS["columns"](scan, scan.skip("filler", at)):
        joint = next((scan.word(place) for place in range(end - 1, at, -1) if scan.word(place) in ("and", "or")), "")
        return NamedColumns(end, Head(tuple(names), joint))
    return None


def _of_columns(scan: Scan, at: int, *, listed: bool = True) -> Iterator[Facts]:
    """``[whose] title is empty``, ``score above 0.5``: a column with what is said of it, ``listed`` with all of it."""
    named = columns_at(scan, at)
    if named is None:
        return
    place = scan.after("must", named.end)
    reading = predicates if listed else _predicate_of_column
    found = reading(scan, place, named.head, finite=True)
    if found is not None:
        yield found


def _predicate_of_column(scan: Scan, at: int, head: Head, *, finite: bool) -> Facts | None:
    return _predicate(scan, at, head, finite=finite, bare=True)


def _described_column(scan: Scan, at: int) -> Iterator[Facts]:
    """``an empty answer``: a column with an adjective before it."""
    described = longest("adjective", scan, scan.skip("filler", at))
    named = columns_at(scan, described[0]) if described is not None and described[1].over != "dataset" else None
    if described is not None and named is not None:
        yield about(named.end, described[1], named.head)


def _column_had(scan: Scan, at: int) -> Iterator[Facts]:
    """What rows may have: a title, an empty answer, a score above 0.5."""
    yield from _described_column(scan, at)
    named = columns_at(scan, at)
    if named is None:
        return
    present = Fact(check="not_empty", rule=True, params={})
    yield about(named.end, present, named.head)
    yield from _of_columns(scan, at)
