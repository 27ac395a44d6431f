"""How many requests may be in flight at an endpoint: found out while it works, as TCP finds out its window.

The limit doubles until something gives, then grows by a step per window (additive increase), and is halved once per burst of
429s (multiplicative decrease; Chiu and Jain 1989). It does not grow while the latency stands far above its best, nor while
nobody needs it to.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from .faults import PassingError

_HOLDS = 4.0
"""Batching servers answer a full batch slower than one request, and yet more of them: so much slower is no sign of a jam."""
_FORGETS = 1.02
"""The best latency is forgotten by this factor per window, so that one quick answer does not rule for ever."""


class Limiter:
    """Lets at most ``limit`` requests through at once, first come, first served; for one event loop at a time.

    ``start`` is the first limit, ``floor`` and ``ceiling`` bound it; the additive step is a thirty-second of the ceiling.
    """

    def __init__(
        self, *, start: int = 16, floor: int = 1, ceiling: int = 256, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.floor = floor
        self.ceiling = max(floor, ceiling)
        self.limit = min(max(start, floor), self.ceiling)
        self.in_flight = 0
        self._now = now
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._burst = 0
        self._doubles = True
        self._best = math.inf
        self._window = _Window()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the slots. How long it was held, and a ``PassingError`` that leaves it, steer the limit."""
        await self._acquire()
        burst, start = self._burst, self._now()
        try:
            yield
        except PassingError as error:
            if error.busy:
                self._halve(burst)
            raise
        else:
            self._answered(self._now() - start)
        finally:
            self._release()

    async def _acquire(self) -> None:
        if self.in_flight < self.limit and not self._waiting:
            self._take()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._release()
            raise

    def _take(self) -> None:
        self.in_flight += 1
        self._window.is_full = self._window.is_full or self.in_flight >= self.limit

    def _release(self) -> None:
        self.in_flight -= 1
        self._wake()

    def _wake(self) -> None:
        """Let those through who wait longest; who was cancelled meanwhile is passed over."""
        while self._waiting and self.in_flight < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._take()
                turn.set_result(None)

    def _halve(self, burst: int) -> None:
        """Halve the limit, unless the request was let through before the last halving: one burst counts once."""
        if burst != self._burst:
            return
        self._burst += 1
        self._doubles = False
        self._set(self.limit // 2)

    def _answered(self, seconds: float) -> None:
        window = self._window
        window.answers += 1
        window.seconds += seconds
        if window.answers < self.limit:
            return
        mean = window.seconds / window.answers
        self._best = min(mean, self._best * _FORGETS)
        holds = mean <= self._best * _HOLDS
        self._doubles = self._doubles and holds
        self._set(self._grown() if holds and window.is_full else self.limit)

    def _grown(self) -> int:
        return self.limit * 2 if self._doubles else self.limit + max(1, self.ceiling // 32)

    def _set(self, limit: int) -> None:
        self.limit = min(max(limit, self.floor), self.ceiling)
        self._window = _Window()
        self._wake()


class _Window:
    """As many answers as the limit allows at once."""

    def __init__(self) -> None:
        self.answers = 0
        self.seconds = 0.0
        self.is_full = False
