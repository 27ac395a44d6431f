"""How a run ended: its status, and the exit code that a shell sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .state import Status

EXIT_CODES: dict[Status, int] = {
    "verified": 0,
    "rehearsed": 0,
    "needs_input": 3,
    "partial": 4,
    "failed": 5,
    "budget_exhausted": 6,
    "infra_error": 7,
    "cancelled": 130,
}
OUR_ERROR = 1
BAD_INPUT = 2
_WORST_FIRST = (1, 7, 2, 5, 6, 3, 4, 130, 0)


@dataclass(frozen=True)
class RunResult:
    """The end of a run, or the point at which it waits for a person."""

    run_id: str
    status: Status
    reason: str
    out: Path

    @property
    def exit_code(self) -> int:
        """The exit code of this status."""
        return EXIT_CODES[self.status]


def worst(exit_codes: Iterable[int]) -> int:
    """Return the exit code of several runs together."""
    return min(exit_codes, key=_WORST_FIRST.index, default=0)
