"""Shares: *at most 5 % of the documents may be ...*, *at least 95 % English*."""

from __future__ import annotations

from dataclasses import replace

from .clause import Clause, Facts, affirmed, denied, meant
from .facts import NotUnderstoodError
from .modals import PERMISSION, SCOPED, modal
from .nouns import noun
from .places import ROWS
from .predicates import predicates
from .scan import Scan
from .slots import SLOTS
from .slots.bounds import Bound


def share_of(scan: Scan, at: int) -> Clause | None:
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
    if bare is not None and bare.quantified and bare.head == ROWS:
        raise NotUnderstoodError("a share of each text, or of the rows?")
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
