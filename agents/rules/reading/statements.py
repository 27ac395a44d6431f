"""Statements: a subject with what must be so, or what is to happen to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .clause import Clause, Facts, affirmed, denied, meant
from .facts import Fact, NotUnderstoodError
from .fates import listed_away, taken
from .modals import PERMISSION, SCOPED, Modal, modal
from .nouns import Noun, noun
from .phrases import longest
from .places import Head
from .predicates import predicates
from .scan import Scan
from .shares import share_of

INDICATIVE = 'says how things are or how they must be? Write "must"'


def statement(scan: Scan, at: int, *, in_item: bool) -> Clause | None:
    """Return the statement at a position: *no ...*, *at most 5 % of ...*, *every document must ...*, *URLs are not allowed*."""
    readings = (_none, share_of, taken, lambda scan, at: _asserted(scan, at, in_item))
    best: Clause | None = None
    for reading in readings:
        try:
            found = reading(scan, at)
        except NotUnderstoodError as reason:
            found = Clause(at, scan.closing(at, ";"), why=reason.why)
        if found is not None and (best is None or (found.end, found.why is None) > (best.end, best.why is None)):
            best = found
    return best


def continued(scan: Scan, at: int, head: Head) -> Clause | None:
    """Return a second half without a subject: *... and must not contain URLs*."""
    verb = modal(scan, at)
    if not verb.said or (verb.permits and not verb.negated):
        return None
    head = replace(head, joint="or") if verb.negated else head
    try:
        readings = [_must(scan, verb, of) for of in (head, replace(head, output=not head.columns))]
    except NotUnderstoodError as reason:
        return Clause(at, scan.closing(at, ";"), why=reason.why)
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
        return Clause(at, scan.closing(at, ";"), why=reason.why)
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
        return Clause(at, found.end, why=INDICATIVE)
    return Clause(at, found.end, meant(found.facts, "any"), narrows=verb.negated, head=subject.head)


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
    listed = listed_away(scan, scan.skip("filler", start))
    if amount is not None and (listed is None or listed.end <= amount[0]):
        return Clause(at, amount[0], meant((amount[1].denied(),), "any"), narrows=True)
    rows = _no_rows(scan, at, start)
    if listed is None or (rows is not None and rows.end > listed.end):
        return rows
    return Clause(at, _left(scan, listed.end), meant(listed.facts, "any"), narrows=True, bare=True)


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
                return Clause(at, found.end, meant(denied(found), "any"), narrows=True, head=bare.head)
    rows = noun(scan, start)
    if rows is None or rows.said is None:
        return None
    if modal(scan, rows.end).said:
        raise NotUnderstoodError(SCOPED)
    return Clause(at, rows.end, meant(denied(rows.said), "any"), narrows=True, open_list=True)
