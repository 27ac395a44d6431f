"""The one stream of typed, versioned events that every interface renders.

An event is a frozen pydantic model; ``type`` names it and ``model_dump(mode="json")`` is its line in ``trace.jsonl``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

EVENT_VERSION = 1


class Event(BaseModel):
    """The base of all events. ``type`` is the class name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def line(self) -> dict[str, Any]:
        """Return the event as the JSON object that is written and printed."""
        return {"v": EVENT_VERSION, "type": type(self).__name__, **self.model_dump(mode="json")}


class RunStarted(Event):
    """A run begins, or goes on after an interruption."""

    run_id: str
    spec: str
    resumed: bool


class NodeStarted(Event):
    """A node of the graph begins."""

    node: str


class NodeFinished(Event):
    """A node of the graph ended; ``summary`` is one line for a person."""

    node: str
    summary: str = ""


class ProfileReady(Event):
    """The input was read once: rows, columns, and what a first look found."""

    rows: int
    columns: dict[str, str]
    notes: list[str] = []


class ContractFrozen(Event):
    """The checks are frozen. ``checks`` holds one plain sentence each, ``uncovered`` the spec text that no check covers."""

    contract_hash: str
    checks: list[str]
    uncovered: list[str]
    assumptions: list[str]


class PlanProposed(Event):
    """A pipeline was chosen: one row per step."""

    pipeline_hash: str
    steps: list[dict[str, Any]]


class StepStarted(Event):
    """A step of a pipeline begins to see rows."""

    step: str
    operator: str


class RowsDropped(Event):
    """How many rows a step dropped so far, by reason."""

    step: str
    reasons: dict[str, int]


class Progress(Event):
    """How far the running steps are: input rows seen, rows that came out at their end, drops by reason, quarantined rows.

    ``total`` is the count of input rows, ``None`` while unknown. Rates and the time left are the renderer's to work out.
    """

    rows: int
    total: int | None
    kept: int = 0
    dropped: dict[str, int] = {}
    quarantined: int = 0


class TokensSpent(Event):
    """What the run has spent on models so far; ``usd`` is ``None`` where a price is not known."""

    calls: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    usd: float | None


class StepFinished(Event):
    """A step saw its last row."""

    step: str
    rows_in: int
    rows_out: int
    quarantined: int
    reused: bool = False


class Question(Event):
    """Something in the spec is open; a person may answer it."""

    id: str
    text: str
    options: list[str]


class ApprovalNeeded(Event):
    """The run waits for a person. ``pipeline_hash`` is what would be approved."""

    approval_id: str
    pipeline_hash: str
    message: str


class CheckMeasured(Event):
    """One check of the contract was measured."""

    scope: Literal["sample", "full"]
    check: str
    outcome: Literal["passed", "failed", "unverified"]
    evidence: str


class Verdict(Event):
    """The verdict on a sample or on the full output."""

    scope: Literal["sample", "full"]
    status: str
    passed: int
    failed: int
    unverified: int


class Warned(Event):
    """Something that a person should know and that stops nothing."""

    message: str


class RunFinished(Event):
    """The end of a run: its status, exit code and where the results are."""

    status: str
    exit_code: int
    out: str
    summary: str


EventSink: TypeAlias = Callable[[Event], None]


def discard(event: Event) -> None:
    """An event sink that keeps nothing."""
