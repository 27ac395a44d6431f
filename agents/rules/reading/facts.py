"""Facts: what a phrase says about rows or about the whole output, and what becomes of it when it is denied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from ....tools.checks.template import Means

Over: TypeAlias = Literal["text", "column", "dataset"]
"""What a fact is about: the main text unless a column is named, a column that must be named, or the whole output."""

TEXT = "$text"
"""Stands in a fact's parameters for the main text column, until it is known which one that is."""

ROW = "$row"
"""Stands for what tells rows apart: the main text where it is known, else all columns but identifiers."""


@dataclass(frozen=True)
class Choice:
    """A question about a fact with its answers: a label, and the parameters that it stands for."""

    question: str
    options: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True)
class Fact:
    """One property, as a check with parameters; ``holds`` is false where the words state its opposite."""

    check: str
    rule: bool
    params: Mapping[str, Any]
    holds: bool = True
    over: Over = "text"
    means: Means | None = None
    comparing: bool = False
    """The words compare without saying whether such rows stay or go (``shorter than 20 words``)."""
    notes: tuple[str, ...] = ()
    """Assumptions that the reading makes."""
    choice: Choice | None = None
    column: Any = None
    """The column that was named for it."""
    presumed: bool = False
    """Its figure was supplied for want of one in the words; one that the spec gives elsewhere takes its place."""
    removed: Mapping[str, Any] = field(default_factory=dict)
    """Parameters for the case that it is to be taken out, rather than masked or not to be there."""
    doubt: str | None = None
    """Why it may mean something else; such a fact counts where sentences are taken apart, and ends as not understood."""
    share: Mapping[str, float] | None = None
    """For which share of the rows it is stated."""

    def taken_out(self) -> Fact:
        """Return the fact for what is to be taken out."""
        return replace(self, params={**self.params, **self.removed})

    def spread(self) -> list[Fact]:
        """Return one fact for each of its columns, where the words list several."""
        columns = self.params.get("column")
        if not isinstance(columns, list):
            return [self]
        return [replace(self, params={**self.params, "column": column}) for column in columns]

    def denied(self) -> Fact:
        """Return the fact with its opposite stated."""
        return replace(self, holds=not self.holds)


class NotUnderstoodError(Exception):
    """A piece of a sentence that no reading fits; ``why`` goes into the report."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def settled(fact: Fact) -> Fact:
    """Return the fact as a demand that a check can hold. Raises ``NotUnderstoodError`` where no check says the opposite."""
    if fact.share is not None:
        return _shared(fact)
    if fact.holds:
        return fact
    opposite = _OPPOSITES.get(fact.check)
    made = opposite(fact.params) if opposite is not None else None
    if made is None:
        raise NotUnderstoodError("no check holds the opposite of this")
    name, params = made
    return replace(fact, check=name, params=params, holds=True)


def _shared(fact: Fact) -> Fact:
    """A share of rows that break a rule is the rest of those that keep it."""
    assert fact.share is not None
    share = fact.share
    if not fact.holds:
        share = {
            name: round(1 - fact.share[other], 12)
            for name, other in (("min", "max"), ("max", "min"))
            if other in fact.share
        }
    return replace(fact, holds=True, share=share)


def _other_side(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The opposite of one bound on whole numbers; two bounds have no opposite that is a bound."""
    if ("min" in params) == ("max" in params):
        return None
    rest = {name: value for name, value in params.items() if name not in ("min", "max")}
    if "min" in params:
        return {**rest, "max": params["min"] - 1} if params["min"] > 0 else None
    return {**rest, "min": params["max"] + 1}


def _other_range(params: Mapping[str, Any]) -> dict[str, Any] | None:
    if ("min" in params) == ("max" in params):
        return None
    name, other = ("min", "max") if "min" in params else ("max", "min")
    exclusive = not params.get(f"{name}_exclusive", False)
    return {other: params[name], **({f"{other}_exclusive": True} if exclusive else {})}


def _other_share(params: Mapping[str, Any]) -> dict[str, Any] | None:
    if ("min" in params) == ("max" in params):
        return None
    name, other, step = ("min", "max", -1e-9) if "min" in params else ("max", "min", 1e-9)
    return {other: round(params[name] + step, 9)}


def _language(params: Mapping[str, Any]) -> dict[str, Any] | None:
    if "any_of" in params and "none_of" in params:
        return None
    return {"none_of": params["any_of"]} if "any_of" in params else {"any_of": params["none_of"]}


def _negated(params: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in params.items() if name != "negate"}
    return rest if params.get("negate") else {**rest, "negate": True}


def _unmentioned(params: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    if params.get("mode") == "all":
        return None
    return "no_banned_terms", {name: value for name, value in params.items() if name != "mode"}


def _same(name: str, change: Callable[[Mapping[str, Any]], dict[str, Any] | None]) -> _Opposite:
    def opposite(params: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        changed = change(params)
        return None if changed is None else (name, changed)

    return opposite


_Opposite: TypeAlias = Callable[[Mapping[str, Any]], tuple[str, dict[str, Any]] | None]
_OPPOSITES: dict[str, _Opposite] = {
    "length": _same("length", _other_side),
    "row_count": _same("row_count", _other_side),
    "number_range": _same("number_range", _other_range),
    "kept_share": _same("kept_share", _other_share),
    "language": _same("language", _language),
    "allowed_values": _same("allowed_values", _negated),
    "pattern": _same("pattern", _negated),
    "mentions": _unmentioned,
}
