"""Clauses with an action: keep, drop, remove, mask or fix something."""

from __future__ import annotations

from collections.abc import Sequence

from ....tools.checks.template import Means
from .clause import ALTERNATIVE, Clause, Facts, affirmed, denied, meant
from .facts import Fact, NotUnderstoodError
from .nouns import noun
from .phrases import longest
from .places import ROWS, joint_at, things
from .predicates import predicates
from .scan import Scan

_TAKES_AWAY = ("drop", "remove", "strip", "mask")
LEAVE_ALONE = "asks to leave something as it is; no check covers that"


def action(scan: Scan, at: int, *, lent: bool = False) -> Clause | None:
    """Return the clause of an action at a position. ``lent`` is for an item under *Drop:*, which may be a bare property."""
    unwanted = scan.one_of("want_not", at)
    if unwanted is not None:
        return _taken(scan, at, unwanted, "drop", lent)
    refusal = scan.one_of("do_not", at)
    start = scan.skip("filler", refusal or at)
    kept = _kept(scan, at, start, lent)
    if kept is not None:
        return kept if refusal is None else _as_drop(scan, at, start, lent)
    for name in (*_TAKES_AWAY, "fix"):
        end = scan.one_of(name, start)
        if end is not None:
            found = _taken(scan, at, end, name, lent)
            if found is not None:
                return found if refusal is None else Clause(at, found.end, why=LEAVE_ALONE)
    return None


def _kept(scan: Scan, at: int, start: int, lent: bool) -> Clause | None:
    """*keep*, *only* or both, with the rows that stay."""
    only = scan.after("only", start)
    verb = scan.after("keep", only)
    place = scan.after("only", verb)
    if place == start:
        return None
    restricted = only > start or place > verb
    place = scan.skip("punctuation", place)
    try:
        return _kept_rows(scan, at, place, restricted or lent)
    except NotUnderstoodError as reason:
        return Clause(at, scan.closing(place, ";"), why=reason.why, narrows=True)


def _kept_rows(scan: Scan, at: int, place: int, restricted: bool) -> Clause | None:
    amount = longest("amount", scan, scan.skip("article", place))
    if amount is not None:
        return Clause(at, amount[0], (amount[1],), narrows=True)
    rows = noun(scan, place)
    if rows is not None and rows.said is not None and (restricted or not rows.head.columns):
        _refuse_second_kind(scan, rows.end)
        return Clause(at, rows.end, meant(affirmed(rows.said), "drop"))
    bare = longest("adjective", scan, place) if restricted else None
    if bare is not None and bare[1].over == "text":
        return Clause(at, bare[0], meant((bare[1],), "drop"), narrows=True)
    return None


def _refuse_second_kind(scan: Scan, end: int) -> None:
    """*Keep English documents and French documents* keeps rows of either kind, which no check holds."""
    joint, start = joint_at(scan, end)
    second = noun(scan, start) if joint else None
    if second is not None and second.said is not None and not second.head.columns:
        raise NotUnderstoodError(ALTERNATIVE)


def _as_drop(scan: Scan, at: int, start: int, lent: bool) -> Clause | None:
    """*do not keep*: the same as drop."""
    verb = scan.one_of("keep", start)
    return None if verb is None else _taken(scan, at, verb, "drop", lent)


def _taken(scan: Scan, at: int, start: int, verb: str, lent: bool) -> Clause | None:
    place = scan.skip("punctuation", start)
    try:
        return _objects(scan, at, place, verb, lent)
    except NotUnderstoodError as reason:
        return Clause(at, scan.closing(place, ";"), why=reason.why, narrows=True)


def _objects(scan: Scan, at: int, place: int, verb: str, lent: bool) -> Clause | None:
    """What is taken away: a list of things, flaws and rows."""
    facts: list[Fact] = []
    open_list = False
    end = start = place
    while True:
        hit = _object(scan, scan.skip("filler", start), verb, lent)
        if hit is None:
            break
        facts += hit.facts
        end = hit.end
        open_list = open_list or "rows" in hit.joints
        joint, start = joint_at(scan, end)
        if not joint:
            break
    return Clause(at, end, tuple(facts), narrows=True, open_list=open_list) if facts else None


def _object(scan: Scan, at: int, verb: str, lent: bool) -> Facts | None:
    """One object; ``rows`` among its joints says that rows go by their properties."""
    means: Means = "any" if verb == "drop" else "edit"
    out = verb in ("remove", "strip")
    found = [_edited(things(scan, at, ROWS, shape="fixable" if verb == "fix" else "thing"), means, out)]
    if verb in ("drop", "remove"):
        found += [_flaw(scan, at), _rows(scan, at, lent)]
    return max((hit for hit in found if hit is not None), key=lambda hit: hit.end, default=None)


def _edited(found: Facts | None, means: Means, out: bool) -> Facts | None:
    if found is None:
        return None
    facts = [fact.taken_out() if out else fact for fact in found.facts]
    return Facts(found.end, meant([fact.denied() for fact in facts], means))


def _flaw(scan: Scan, at: int) -> Facts | None:
    hit = longest("flaw", scan, at)
    return None if hit is None else Facts(hit[0], meant((hit[1],), "drop"))


def _rows(scan: Scan, at: int, lent: bool) -> Facts | None:
    rows = noun(scan, at)
    if rows is not None and rows.said is not None:
        return Facts(rows.end, meant(denied(rows.said), "drop"), frozenset({"rows"}))
    if not lent:
        return None
    bare = predicates(scan, at, ROWS, finite=True)
    return None if bare is None else Facts(bare.end, meant(denied(bare), "drop"), frozenset({"rows"}))


def taken_away(facts: Sequence[Fact], means: Means) -> tuple[Fact, ...]:
    """Return the demand that none of the stated flaws or things is left."""
    return meant([fact.denied() for fact in facts], means)
