"""What came of a task: the status that the run claims, and whether the dataset is right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .suite import Task

STATUS = {
    0: "verified",
    1: "own error",
    2: "bad input",
    3: "needs_input",
    4: "partial",
    5: "failed",
    6: "budget_exhausted",
    7: "infra_error",
    130: "cancelled",
}
"""The status behind each exit code of ``corpusmith run``."""


class Verdict(StrEnum):
    """How a run that ended counts."""

    VERIFIED_RIGHT = "verified and right"
    VERIFIED_WRONG = "VERIFIED AND WRONG"
    PARTIAL = "partial"
    NEEDS_INPUT = "needs_input"
    FAILED = "failed"
    BROKEN = "crashed or refused"
    SKIPPED = "skipped"


VERDICTS = {"partial": Verdict.PARTIAL, "needs_input": Verdict.NEEDS_INPUT, "failed": Verdict.FAILED}


@dataclass(frozen=True)
class Outcome:
    """One run: its exit code (``None``: it was stopped or never started), the grader's reasons, and the time taken.

    ``reasons`` is ``None`` when nothing was graded; ``message`` is the end of what the run said.
    """

    task: Task
    exit_code: int | None
    reasons: list[str] | None
    seconds: float
    message: str = ""

    @property
    def status(self) -> str:
        """The status that the exit code stands for."""
        if self.exit_code is None:
            return "skipped" if self.reasons is None else "timed out"
        return STATUS.get(self.exit_code, f"exit {self.exit_code}")

    @property
    def is_right(self) -> bool:
        """Whether the dataset is right; what nobody can do without a model or at all is never right."""
        return self.reasons == [] and self.task.expects == "doable"

    @property
    def verdict(self) -> Verdict:
        """How the run counts."""
        if self.status == "verified":
            return Verdict.VERIFIED_RIGHT if self.is_right else Verdict.VERIFIED_WRONG
        if self.status == "skipped":
            return Verdict.SKIPPED
        return VERDICTS.get(self.status, Verdict.BROKEN)

    def as_json(self) -> dict[str, object]:
        """Return the outcome as plain values."""
        return {
            "task": self.task.name,
            "input": self.task.input,
            "level": self.task.level,
            "expects": self.task.expects,
            "status": self.status,
            "exit_code": self.exit_code,
            "verdict": self.verdict.value,
            "right": self.is_right,
            "reasons": self.reasons,
            "seconds": round(self.seconds, 1),
            "message": self.message,
        }
