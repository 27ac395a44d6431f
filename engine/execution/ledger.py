"""The row ledger: every input row of a step is a parent of an output row, dropped with a reason, or quarantined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..errors import LedgerImbalanceError


@dataclass
class StepLedger:
    """The account of one step. ``parents`` counts input rows that became at least one output row."""

    step: str
    operator: str
    rows_in: int = 0
    parents: int = 0
    rows_out: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    quarantined: int = 0

    def assert_balanced(self) -> None:
        """Raise ``LedgerImbalanceError`` unless every input row is accounted for exactly once."""
        accounted = self.parents + self.dropped.total() + self.quarantined
        if accounted != self.rows_in:
            raise LedgerImbalanceError(
                f"Step `{self.step}` took {self.rows_in:,} rows and accounts for {accounted:,}: "
                f"{self.parents:,} parents, {self.dropped.total():,} dropped, {self.quarantined:,} quarantined."
            )

    def as_json(self) -> dict[str, Any]:
        """Return the account as it is kept in the manifest."""
        return {
            "step": self.step,
            "operator": self.operator,
            "rows_in": self.rows_in,
            "parents": self.parents,
            "rows_out": self.rows_out,
            "dropped": dict(sorted(self.dropped.items())),
            "quarantined": self.quarantined,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> StepLedger:
        """Return the account that ``as_json`` gave."""
        return cls(**{**content, "dropped": Counter(content["dropped"])})


def summed(ledgers: Iterable[StepLedger]) -> list[StepLedger]:
    """Return one account per step, in the order of their first: a step of a top-up has one for each round."""
    steps: dict[str, StepLedger] = {}
    for ledger in ledgers:
        total = steps.setdefault(ledger.step, StepLedger(ledger.step, ledger.operator))
        total.rows_in += ledger.rows_in
        total.parents += ledger.parents
        total.rows_out += ledger.rows_out
        total.dropped += ledger.dropped
        total.quarantined += ledger.quarantined
    return list(steps.values())


@dataclass(frozen=True)
class TopUpLedger:
    """The account of a top-up: its steps, how many rows of its table were asked for and had passed after each round."""

    steps: list[str]
    table: str
    until: int
    passed: list[int]

    def as_json(self) -> dict[str, Any]:
        """Return the account as it is kept in the manifest."""
        return {"steps": self.steps, "table": self.table, "until": self.until, "passed": self.passed}


@dataclass
class RowLedger:
    """The accounts of all steps, in order, after what reading quarantined, and those of the top-ups."""

    rows_read: int = 0
    quarantined_at_reading: int = 0
    steps: list[StepLedger] = field(default_factory=list)
    top_ups: list[TopUpLedger] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the ledger as it is kept in the manifest; without top-ups nothing is said of them."""
        content: dict[str, Any] = {
            "rows_read": self.rows_read,
            "quarantined_at_reading": self.quarantined_at_reading,
            "steps": [step.as_json() for step in self.steps],
        }
        return {**content, "top_ups": [top_up.as_json() for top_up in self.top_ups]} if self.top_ups else content
