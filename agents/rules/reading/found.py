"""What was found so far: criteria with their assumptions, and which of two takes the other's place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....tools.checks.template import Means
from ....tools.contract.model import Span


@dataclass(frozen=True)
class Found:
    """A demand with its quote; ``presumed`` where its figure was supplied by us."""

    span: Span
    check: str
    params: Mapping[str, Any]
    means: Means
    notes: tuple[str, ...] = ()
    presumed: bool = False
    question: str | None = None
    """The id of the question that was put for its figure."""

    def same(self, other: Found) -> bool:
        """Say whether both demand the very same."""
        return (self.check, self.params, self.means) == (other.check, other.params, other.means)

    def settles(self, other: Found) -> bool:
        """Say whether this gives the figure that the other left open: *No near duplicates: no two 90 % similar*."""
        if self.presumed or not other.presumed or self.check != other.check:
            return False
        mine, theirs = _limits(self.params), _limits(other.params)
        return set(theirs) <= set(mine) and _subject(self.params) == _subject(other.params)

    def in_place_of(self, other: Found, spec: str) -> Found:
        """Return this with the other's way to meet it, if that was said, and its quote, if it stands right beside."""
        start, end = min(self.span.start, other.span.start), max(self.span.end, other.span.end)
        between = spec[min(self.span.end, other.span.end) : max(self.span.start, other.span.start)]
        beside = not any(char.isalnum() for char in between)
        span = Span(quote=spec[start:end], start=start, end=end) if beside else self.span
        means = self.means if self.means != "any" else other.means
        return Found(span, self.check, self.params, means, self.notes, question=self.question)


_FIGURES = ("min", "max", "threshold")


def _rule(params: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = params.get("params")
    return inner if isinstance(inner, Mapping) else params


def _limits(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _rule(params).items() if name in _FIGURES}


def _subject(params: Mapping[str, Any]) -> tuple[Any, Any]:
    return params.get("rule"), _rule(params).get("column")
