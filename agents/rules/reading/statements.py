"""Statements: a subject with what must be so, or what is to happen to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ....tools.checks.template import Means
from .actions import LEAVE_ALONE, taken_away
from .clause import Clause, Facts, affirmed, denied, meant
from .facts import Fact, NotUnderstoodError
from .nouns import Noun, noun
from .phrases import longest
from .predicates import ROWS, Head, joint_at, location, predicates, things
from .scan import Scan
from .slots import SLOTS
from .slots.bounds import Bound

SCOPED = "holds for some rows only; checks hold for all rows"
PERMISSION = "allows something; there is nothing to check"
INDICATIVE = 'says how things are or how they must be? Write "must"'
_DONE: dict[str, Means] = {"dropped": "any", "removed": "edit", "stripped": "edit", "masked": "edit"}


@dataclass(frozen=True)
class Modal:
    """``must``, ``should not``, ``may``; ``said`` is false where no modal stands."""

    end: int
    said: bool = False
    negated: bool = False
    permits: bool = False


def modal(scan: Scan, at: int) -> Modal:
    """Return the modal verb at a position with its *not*."""
    place = scan.after("column_mark", at)
    must, may = scan.one_of("must", place), scan.one_of("may", place)
    end = must or may
    if end is None:
        return Modal(at)
    denial = scan.one_of("not", scan.skip("filler", end))
    return Modal(denial or end, True, denial is not None, must is None)


def statement(scan: Scan, at: int, *, in_item: bool) -> Clause | None:
    """Return the statement at a position: *no ...*, *at most 5 % of ...*, *every document must ...*, *URLs are not allowed*."""
    readings = (_none, _share_of, _taken_away, lambda scan, at: _asserted(scan, at, in_item))
    best: Clause | None = None
    for reading in readings:
        try:
            found = reading(scan, at)
        except NotUnderstoodError as reason:
            found = Clause(at, _to_next_mark(scan, at), why=reason.why)
        if found is not None and (best is None or (found.end, found.why is None) > (best.end, best.why is None)):
            best = found
    return best


def continued(scan: Scan, at: int, head: Head) -> Clause | None:
    """Return a second half without a subject: *... and must not contain URLs*."""
    verb = modal(scan, at)
    if not verb.said or (verb.permits and not verb.negated):
        return None
    try:
        readings = [_must(scan, verb, of) for of in (head, replace(head, output=not head.columns))]
    except NotUnderstoodError as reason:
        return Clause(at, _to_next_mark(scan, at), why=reason.why)
    found = max((reading for reading in readings if reading is not None), key=lambda reading: reading.end, default=None)
    return None if found is None else Clause(at, found.end, meant(found.facts, "any"), narrows=verb.negated)


def refused(scan: Scan, at: int) -> Clause | None:
    """Return the clause after *there must not be*, *I don't want*."""
    start = scan.one_of("there_not", at)
    if start is None:
        return None
    try:
        found = _forbidden(scan, at, start)
    except NotUnderstoodError as reason:
        return Clause(at, _to_next_mark(scan, at), why=reason.why)
    return found


def _asserted(scan: Scan, at: int, in_item: bool) -> Clause | None:
    subject = noun(scan, at, modified=False)
    if subject is None:
        return None
    scoped = noun(scan, at)
    if scoped is not None and scoped.said is not None:
        verb = modal(scan, scoped.end)
        if verb.said and _must(scan, replace(verb, negated=False), scoped.head) is not None:
            raise NotUnderstoodError(SCOPED)
    verb = modal(scan, subject.end)
    of = replace(subject.head, joint="or") if verb.negated else subject.head
    found = _must(scan, verb, of)
    if verb.permits and not verb.negated and (found is None or not _only_limits(found.facts)):
        raise NotUnderstoodError(PERMISSION)
    if found is None:
        return None
    if not verb.said and not _counts_as_must(scan, subject, found.facts, in_item):
        raise NotUnderstoodError(INDICATIVE)
    column = subject.head.columns[0] if len(subject.head.columns) == 1 else None
    return Clause(at, found.end, meant(found.facts, "any"), narrows=verb.negated, head=column)


def _only_limits(facts: Sequence[Fact]) -> bool:
    """*May have at most 500 words* demands as much as *must*."""
    bounds = ("length", "number_range", "row_count")
    return all(fact.holds and fact.check in bounds and "min" not in fact.params for fact in facts)


def _must(scan: Scan, verb: Modal, head: Head) -> Facts | None:
    """What must be, or must not be, after the modal."""
    found = predicates(scan, verb.end, head, finite=True, after_modal=True)
    if found is None:
        return None
    facts = denied(found) if verb.negated else affirmed(found)
    return Facts(found.end, facts)


def _counts_as_must(scan: Scan, subject: Noun, facts: Sequence[Fact], in_item: bool) -> bool:
    """An indicative demands when it speaks of each, stands in a list, speaks of a column as a schema does, or sets bounds.

    Where it was meant as a description that is true, a demand changes nothing.
    """
    needed = scan.one_of("needs", subject.end) is not None or scan.one_of("is_needed", subject.end) is not None
    bounds = all(fact.check in ("length", "number_range", "row_count") for fact in facts)
    return subject.quantified or in_item or needed or bounds or bool(subject.head.columns)


def _none(scan: Scan, at: int) -> Clause | None:
    """*No documents under 20 words*, *no answer may be empty*, *no URLs or HTML*."""
    start = scan.one_of("no", at) or scan.one_of("without", at)
    return None if start is None else _forbidden(scan, at, start)


def _forbidden(scan: Scan, at: int, start: int) -> Clause | None:
    amount = longest("amount", scan, scan.skip("filler", start))
    if amount is not None:
        return Clause(at, amount[0], meant((amount[1].denied(),), "any"), narrows=True)
    listed = _listed_away(scan, scan.skip("filler", start))
    rows = _no_rows(scan, at, start)
    if listed is None or (rows is not None and rows.end > listed.end):
        return rows
    return Clause(at, _left(scan, listed.end), meant(listed.facts, "any"), narrows=True)


def _left(scan: Scan, end: int) -> int:
    """Return the position after *may remain*, *are allowed* and the like, which add nothing to *no*."""
    verb = modal(scan, end)
    if verb.negated:
        return end
    stop = scan.one_of("vanish", verb.end)
    be = scan.one_of("be", verb.end)
    if stop is None and be is not None:
        stop = scan.one_of("allowed", be) or scan.one_of("left", be)
    return stop or end


def _no_rows(scan: Scan, at: int, start: int) -> Clause | None:
    bare = noun(scan, start, modified=False)
    if bare is not None:
        verb = modal(scan, bare.end)
        if scan.one_of("need_not", bare.end) is not None:
            raise NotUnderstoodError(PERMISSION)
        if not verb.negated:
            found = predicates(scan, verb.end, bare.head, finite=True, after_modal=verb.said)
            if found is not None and (verb.said or scan.one_of("be", bare.end) or scan.one_of("have_finite", bare.end)):
                return Clause(at, found.end, meant(denied(found), "any"), narrows=True)
    rows = noun(scan, start)
    if rows is None or rows.said is None:
        return None
    if modal(scan, rows.end).said:
        raise NotUnderstoodError(SCOPED)
    return Clause(at, rows.end, meant(denied(rows.said), "any"), narrows=True, open_list=True)


def _listed_away(scan: Scan, at: int) -> Facts | None:
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


def _share_of(scan: Scan, at: int) -> Clause | None:
    """*At most 5 % of the documents may be ...*, *at least 95 % English*."""
    best: Clause | None = None
    for end, bound in SLOTS["share"](scan, at):
        place = scan.after("quantity_of", end)
        found = _said_of_share(scan, place, bound)
        if found is not None and (best is None or found.end > best.end):
            if len(found.facts) != 1 or found.facts[0].over == "dataset" or not found.facts[0].rule:
                raise NotUnderstoodError("a share of rows can be held to one property at a time")
            fact = replace(found.facts[0], share=bound.params())
            best = Clause(at, found.end, meant((fact,), "any"), narrows=True)
    return best


def _said_of_share(scan: Scan, at: int, bound: Bound) -> Facts | None:
    bare = noun(scan, at, modified=False)
    place, head = (bare.end, bare.head) if bare is not None else (at, ROWS)
    verb = modal(scan, place)
    if verb.permits and bound.min is not None:
        raise NotUnderstoodError(PERMISSION)
    found = predicates(scan, verb.end, head, finite=True, after_modal=verb.said)
    rows = noun(scan, at)
    modified = rows.said if rows is not None else None
    if rows is not None and modified is not None and (found is None or rows.end > found.end):
        if modal(scan, rows.end).said or scan.one_of("be", rows.end) is not None:
            raise NotUnderstoodError(SCOPED)
        return Facts(rows.end, affirmed(modified))
    if found is None:
        return None
    return Facts(found.end, (denied(found)) if verb.negated else affirmed(found))


def _taken_away(scan: Scan, at: int) -> Clause | None:
    """*Duplicates must be dropped*, *rows under 20 words should be removed*, *anything under 30 words goes*."""
    subjects: list[tuple[int, tuple[Fact, ...], Any]] = []
    place = scan.skip("each", scan.skip("filler", at))
    listed = _listed_away(scan, place)
    if listed is not None:
        subjects.append((listed.end, listed.facts, "thing"))
    rows = noun(scan, at)
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
    for name, means in _DONE.items():
        stop = scan.one_of(name, denial or place)
        if stop is not None and (be > verb.end or place > be):
            if verb.negated or denial is not None:
                return Clause(at, stop, why=LEAVE_ALONE)
            stop, columns = location(scan, stop)
            facts = tuple(replace(fact, column=column) for fact in facts for column in columns or (fact.column,))
            return _gone(at, stop, facts, said, means)
    stop = scan.one_of("goes", end)
    if stop is not None:
        return _gone(at, stop, facts, said, "any")
    unwelcome = scan.one_of("allowed", denial) if denial is not None else None
    unwelcome = unwelcome or (scan.one_of("forbidden", place) if denial is None else None)
    if verb.said and verb.negated:
        unwelcome = scan.one_of("vanish", verb.end) or scan.one_of("allowed", place) or unwelcome
    return _gone(at, unwelcome, facts, said, "any") if unwelcome is not None else None


def _gone(at: int, end: int, facts: tuple[Fact, ...], said: Any, means: Means) -> Clause:
    if isinstance(said, Facts):
        away = denied(said)
        return Clause(at, end, meant(away, "drop"), narrows=True)
    return Clause(at, end, meant(_with_means(facts, means), means), narrows=True)


def _with_means(facts: Sequence[Fact], means: Means) -> tuple[Fact, ...]:
    """Flaws go by dropping rows; what stands in the text goes as the verb says."""
    return tuple(replace(fact, means="drop" if not fact.rule else means) for fact in facts)


def _to_next_mark(scan: Scan, at: int) -> int:
    while at < len(scan) and scan.word(at) != ";":
        at += 1
    return at
