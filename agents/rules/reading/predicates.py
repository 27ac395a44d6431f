"""Predicates: what a sentence says of rows or of a column, after *is*, *has*, *with*, *that* or right after the noun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .clause import Facts
from .facts import Fact, NotUnderstoodError
from .phrases import longest
from .places import Head, about, columns_at, joint_at, location, things
from .scan import Scan

VALUE_IN_TEXT = "must the row have this column's value, or the text contain it?"
_OF_ONE_ROW = frozenset({"length", "not_empty", "number_range", "pattern", "allowed_values"})
"""What is said of one text or value and makes no sense, or another, when it is said of the whole output."""


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
        yield from _of_columns(scan, whose, obliging=True)
        yield from _said(scan, scan.skip("filler", whose), head, ("property",), negated)
    if joined and not head.output:
        yield from _of_columns(scan, place, listed=False)
        yield from _described_column(scan, place)


def _after_be(scan: Scan, at: int, head: Head, negated: bool) -> Iterator[Facts]:
    be = scan.one_of("be", at) or scan.one_of("staying", at)
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
    if head.columns and fact.rule and fact.over == "text":
        stop, columns = location(scan, end)
        if stop > end and columns and set(columns) != set(head.columns):
            raise NotUnderstoodError("of which of these columns?")
    if head.columns or not fact.rule or fact.over != "text":
        return end, head
    stop, columns = location(scan, end)
    if columns:
        return stop, Head(columns, "and")
    whole = any(scan.one_of("output", place) == stop for place in range(end, stop))
    return (end, head) if whole else (stop, head)


def _negated(found: Facts, negated: bool) -> Facts:
    """Deny facts together: not (a or b) is not a and not b. Not (a and b) is read as neither, the stricter of its senses."""
    if not negated:
        return found
    joints = frozenset({"and"}) if len(found.facts) > 1 else frozenset()
    return Facts(found.end, tuple(fact.denied() for fact in found.facts), joints, denied=True)


def _of_columns(scan: Scan, at: int, *, listed: bool = True, obliging: bool = False) -> Iterator[Facts]:
    """``[whose] title is empty``, ``score above 0.5``: a column with what is said of it, ``listed`` with all of it.

    ``obliging`` is for *whose title must ...*; after *rows with an author must*, what follows is said of the rows.
    """
    named = columns_at(scan, at)
    if named is None:
        return
    place = scan.after("must", named.end) if obliging else named.end
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
    inside = scan.word(at - 1) == "the" and any(scan.one_of("contain", at - back) is not None for back in (2, 3))
    present = Fact(check="not_empty", rule=True, params={}, doubt=VALUE_IN_TEXT if inside else None)
    yield about(named.end, present, named.head)
    yield from _of_columns(scan, at)
