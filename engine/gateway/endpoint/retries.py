"""When a request that failed is sent again, and how long it waits before."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .faults import PassingError, UnreachableError

_JITTER = random.Random()
"""Apart from the generator that everybody shares, so that a fault changes nobody's random numbers."""


@dataclass
class Trouble:
    """What a request has been through: its failed attempts, those of them that were no 429, and the time that all took."""

    attempts: int = 0
    failures: int = 0
    seconds: float = 0.0

    def count(self, error: PassingError, seconds: float) -> None:
        """Count an attempt that failed after so many seconds."""
        self.attempts += 1
        self.failures += not error.busy
        self.seconds += seconds


@dataclass(frozen=True)
class RetryPolicy:
    """Waits twice as long each time, with jitter, and at least as long as the endpoint asks (within reason).

    A busy endpoint (429) does work, and is waited for as long as ``total_s`` allows; ``attempts`` limits what else fails.
    """

    attempts: int = 6
    total_s: float = 1800.0
    """What the attempts of a request and the waits between them may take, after which no attempt begins."""
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    longest_asked_s: float = 120.0
    """The most of a ``Retry-After`` that is honoured."""
    attempts_at_a_stranger: int = 3
    """Attempts to connect to an address at which nobody ever answered: it is rather mistyped than restarting."""

    def wait_s(self, error: PassingError, trouble: Trouble, *, answered_before: bool) -> float | None:
        """Return the seconds to wait after ``error``, which ``trouble`` counts already; ``None`` to give up."""
        is_stranger = isinstance(error, UnreachableError) and not answered_before
        allowed = self.attempts_at_a_stranger if is_stranger else self.attempts
        if trouble.failures >= allowed:
            return None
        backoff = min(self.longest_wait_s, self.first_wait_s * 2 ** min(trouble.attempts - 1, 30))
        asked = min(error.retry_after or 0.0, self.longest_asked_s)
        wait = max(asked, backoff / 2) + _JITTER.uniform(0, backoff / 2)
        return wait if trouble.seconds + wait < self.total_s else None
