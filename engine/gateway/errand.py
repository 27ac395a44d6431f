"""What one request is on behalf of, known to everything that happens in its task."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from .spending.spend import Account


@dataclass
class Errand:
    """A request under way: what it is booked under, and whether anybody still waits for it."""

    account: Account
    attempts: int = 0
    is_sent: bool = False
    """Whether an attempt is at the endpoint now, so that its answer will be paid for."""
    is_abandoned: bool = False
    """Whether everybody who asked has gone; an attempt that is sent is seen through, and none follows."""


CURRENT: ContextVar[Errand] = ContextVar("errand")
