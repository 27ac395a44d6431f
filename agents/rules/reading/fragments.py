"""Fragments: what people note down without a verb, such as *English only*, *at least 50 words*, *score > 0.5*."""

from __future__ import annotations

from dataclasses import replace

from .clause import Clause, Facts, affirmed, meant, on_column
from .facts import Fact, NotUnderstoodError
from .nouns import noun
from .phrases import longest
from .places import ROWS, columns_at
from .predicates import predicates
from .scan import Scan

OPEN = 'do such rows stay or go? Write "keep" or "drop"'


def fragment(scan: Scan, at: int, *, listed_as_filter: bool, asked: bool) -> Clause | None:
    """Return the fragment at a position.

    One that only compares (*shorter than 20 words*) leaves open what is to happen, unless it was ``asked`` for (*I want*).
    """
    readings: list[tuple[Facts, bool]] = []
    amount = longest("amount", scan, scan.skip("article", at))
    if amount is not None:
        return _amount(scan, at, amount)
    try:
        rows = noun(scan, at)
        if rows is not None and rows.said is not None:
            readings.append((replace(rows.said, end=rows.end), not rows.head.columns))
        bare = predicates(scan, at, ROWS, finite=False)
        if bare is not None:
            readings.append((bare, True))
        named = columns_at(scan, at)
        if rows is not None and rows.said is None and scan.word(rows.end) == ":":
            listed = predicates(scan, rows.end + 1, rows.head, finite=False)
            readings += [(listed, True)] if listed is not None else []
        if named is not None:
            of_column = predicates(scan, scan.after("column_mark", named.end), named.head, finite=False)
            if of_column is not None:
                readings.append((of_column, False))
        best = max(readings, key=lambda reading: reading[0].end, default=None)
        if best is None:
            return None
        return replace(_demand(at, best[0], best[1] or listed_as_filter, asked), bare=best[0] is bare)
    except NotUnderstoodError as reason:
        return Clause(at, scan.closing(at, ";", ","), why=reason.why, strong=False)


def _amount(scan: Scan, at: int, amount: tuple[int, Fact]) -> Clause:
    return Clause(at, amount[0], (amount[1],), narrows=True)


def _demand(at: int, found: Facts, of_rows: bool, asked: bool) -> Clause:
    facts = on_column(affirmed(found), None)
    if not asked and any(_leaves_open(fact, of_rows) for fact in facts):
        raise NotUnderstoodError(OPEN)
    return Clause(at, found.end, meant(facts, "any"), strong=False)


def _leaves_open(fact: Fact, of_rows: bool) -> bool:
    negative = not fact.holds and fact.check not in ("clean_text", "no_personal_data", "no_banned_terms")
    return (
        negative
        or "none_of" in fact.params
        or (fact.comparing and of_rows)
        or (fact.choice is not None and fact.comparing)
    )
