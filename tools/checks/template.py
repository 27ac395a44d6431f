"""The contract of a check: what it measures, how it reads, what would break it and which operators can satisfy it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from .view import Output

Outcome: TypeAlias = Literal["passed", "failed", "unverified"]
Means: TypeAlias = Literal["any", "drop", "edit"]
"""How the spec wants a criterion met: by dropping rows, by editing their text or columns, or either."""


class CheckParams(BaseModel):
    """The base of every check's parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


P = TypeVar("P", bound=CheckParams)


class Measurement(NamedTuple):
    """What a check found: the outcome, one sentence of evidence with its numbers, and a few failing rows."""

    outcome: Outcome
    evidence: str
    failing: Sequence[str] = ()
    """At most ten excerpts of rows that break the check, each at most 200 characters."""


class Remedy(NamedTuple):
    """An operator, bound and set, that makes an output meet a check."""

    operator: str
    params: Mapping[str, Any] = {}
    bind: Mapping[str, str] = {}
    how: Literal["drop", "edit"] = "drop"
    also: Sequence[Remedy] = ()
    """What must be done besides, where one operator is not enough."""


@dataclass(frozen=True)
class Interval:
    """A bound on one quantity, so that bounds on the same quantity can be compared. ``None`` is unbounded."""

    quantity: str
    """What is bounded, such as ``words of text`` or ``rows``."""
    low: float | None = None
    high: float | None = None


class CheckTemplate(ABC, Generic[P]):
    """A parametric check. Stateless: one instance serves every contract."""

    name: ClassVar[str]
    summary: ClassVar[str]
    Params: ClassVar[type[CheckParams]]
    needs_all_rows: ClassVar[bool] = False
    """Whether only the full output can show it, since a sample of the input says nothing of numbers and shares of rows."""

    @abstractmethod
    def describe(self, params: P) -> str:
        """Return the check in plain words, such as ``Every row's `text` has at least 50 words.``"""

    @abstractmethod
    def measure(self, output: Output, params: P) -> Measurement:
        """Measure the whole output; ``unverified`` when it cannot be measured, never ``passed``."""

    @abstractmethod
    def conforming(self, params: P) -> Output:
        """Return a small output that meets the check."""

    @abstractmethod
    def mutants(self, params: P) -> Iterator[Output]:
        """Yield small outputs, each of which breaks the check in one way."""

    def columns(self, params: P) -> Sequence[str]:
        """Return the columns that the output must have for the check to be measurable."""
        return ()

    def remedies(self, params: P, means: Means) -> Sequence[Remedy]:
        """Return alternatives, each of which makes an output meet the check, best first; empty when none can."""
        return ()

    def intervals(self, params: P) -> Sequence[Interval]:
        """Return the bounds that the check sets, so that contradictions between checks are found."""
        return ()


RP = TypeVar("RP", bound="RuleParams")


class RuleParams(CheckParams):
    """The base of every rule's parameters: the column that it looks at."""

    column: str


@dataclass(frozen=True)
class RuleSamples:
    """Values of the rule's column that keep it and that break it; at least one of each."""

    keeping: Sequence[Any] = field(default_factory=list)
    breaking: Sequence[Any] = field(default_factory=list)


class RowRule(ABC, Generic[RP]):
    """A property of one row's value in one column."""

    name: ClassVar[str]
    summary: ClassVar[str]
    Params: ClassVar[type[RuleParams]]

    @abstractmethod
    def describe(self, params: RP) -> str:
        """Return the property as a predicate, such as ``has at least 50 words``."""

    @abstractmethod
    def holds(self, value: Any, params: RP) -> bool:
        """Say whether a value (``None`` for null) has the property."""

    @abstractmethod
    def samples(self, params: RP) -> RuleSamples:
        """Return values that have the property and values that do not."""

    def remedies(self, params: RP, means: Means) -> Sequence[Remedy]:
        """Return alternatives, each of which leaves only values with the property, best first."""
        return ()

    def intervals(self, params: RP) -> Sequence[Interval]:
        """Return the bounds that the rule sets."""
        return ()
