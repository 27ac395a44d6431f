"""Clauses: what one part of a sentence asks for, and how facts that are joined by and/or are kept or denied together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ....tools.checks.template import Means
from .facts import Fact, NotUnderstoodError

AMBIGUOUS_AND = "rows with both, or rows with either? Write two sentences"
ALTERNATIVE = "one or the other: no single check holds an alternative"


@dataclass(frozen=True)
class Facts:
    """Facts with the words that join them: ``and``, ``or``, ``,``, or ``near`` where one stands right beside the other."""

    end: int
    facts: tuple[Fact, ...]
    joints: frozenset[str] = frozenset()
    denied: bool = False
    """The first of them was denied, so that what a bare second one means is open."""

    def joined(self, other: Facts, joint: str) -> Facts:
        """Return these and the others, which end later."""
        return Facts(
            other.end, (*self.facts, *other.facts), self.joints | other.joints | {joint}, self.denied or other.denied
        )


@dataclass(frozen=True)
class Clause:
    """One clause: from ``start`` to ``end`` it says ``facts``, or is not understood and says ``why``."""

    start: int
    end: int
    facts: tuple[Fact, ...] = ()
    why: str | None = None
    narrows: bool = False
    """More words after it would narrow what is dropped or edited, so that the facts would be wrong without them."""
    open_list: bool = False
    """It drops rows by their properties, so that a bare property after it could be one more of them."""
    strong: bool = True
    """It starts like a clause of its own (with a verb, a subject or *no*), not like a piece of the one before."""
    bare: bool = False
    """It has no subject: *no emojis*, *at least 50 words*."""
    head: Any = None
    """The ``Head`` that it spoke of, for a second half without a subject."""


def affirmed(found: Facts) -> tuple[Fact, ...]:
    """Return the facts as demands, all of them. Raises ``NotUnderstoodError`` for alternatives."""
    if "or" in found.joints:
        raise NotUnderstoodError(ALTERNATIVE)
    return found.facts


def denied(found: Facts) -> tuple[Fact, ...]:
    """Return the demand that none of the facts is so; only ``or`` can be taken apart that way."""
    if len(found.facts) > 1 and ("or" not in found.joints or found.joints - {"or", ","}):
        raise NotUnderstoodError(AMBIGUOUS_AND)
    return tuple(fact.denied() for fact in found.facts)


def meant(facts: Iterable[Fact], means: Means) -> tuple[Fact, ...]:
    """Return facts with the way in which they are to be met, unless a phrase said another."""
    return tuple(fact if fact.means is not None else replace(fact, means=means) for fact in facts)


def on_column(facts: Iterable[Fact], column: Any) -> tuple[Fact, ...]:
    """Return facts about a column. Raises ``NotUnderstoodError`` where one needs a column and none is named."""
    given = tuple(facts)
    if column is None:
        if any(fact.over == "column" and fact.column is None and "column" not in fact.params for fact in given):
            raise NotUnderstoodError("of which column?")
        return given
    return tuple(fact if fact.column is not None else replace(fact, column=column) for fact in given)


def furthest(clauses: Sequence[Clause | None]) -> Clause | None:
    """Return the clause that ends last, an understood one before one that is not."""
    found = [clause for clause in clauses if clause is not None]
    return max(found, key=lambda clause: (clause.end, clause.why is None), default=None)
