"""The circuit breaker: an endpoint that fails for everyone stops the run; its rows are not quarantined one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from .faults import PassingError, RefusedError, UnreachableError, UnusableError, WireError


class Breaker:
    """Watches the requests to one model, and opens for what concerns them all. Breakers are Nygard's (Release It!, 2007).

    It suspects the endpoint when a request is given up while ``threshold`` different ones have failed since the last answer,
    or when so many were refused and none was ever answered. Whether the endpoint is at fault or just these rows, which may be
    the last that are left, is for a probe to tell: see ``dispatcher.py``. An open breaker refuses all for ``pause_s`` seconds.
    """

    def __init__(self, *, threshold: int = 5, pause_s: float = 30.0, now: Callable[[], float] = time.monotonic) -> None:
        self.answered_before = False
        self.probing = asyncio.Lock()
        """Held by the one request that probes."""
        self._threshold = threshold
        self._pause_s = pause_s
        self._now = now
        self._failing: set[int] = set()
        self._refused: set[int] = set()
        self._open: UnusableError | None = None
        self._opened_at = 0.0

    def assert_closed(self) -> None:
        """Raise what opened the breaker, as long as it is open."""
        if self._open is not None and self._now() - self._opened_at >= self._pause_s:
            self._open = None
            self._forget()
        if self._open is not None:
            raise UnusableError(str(self._open), fix=self._open.fix)

    def answered(self) -> None:
        """An answer came: the endpoint works."""
        self.answered_before = True
        self._forget()

    def failed(self, request: int, error: WireError) -> None:
        """An attempt of the request with this number failed."""
        if isinstance(error, PassingError):
            self._failing.add(request)
        elif _is_general(error) and not self.answered_before:
            self._refused.add(request)

    def suspects(self, error: WireError) -> bool:
        """Whether what ended a request may be the fault of the endpoint; what surely is needs no suspicion."""
        if self._open is not None or isinstance(error, UnreachableError):
            return False
        if isinstance(error, PassingError):
            return len(self._failing) >= self._threshold
        return _is_general(error) and len(self._refused) >= self._threshold

    def condemn(self, error: WireError) -> None:
        """Open: the probe failed as well."""
        self._set_open(
            UnusableError(
                f"The endpoint fails for every request; the last time: {error}",
                fix="See to the endpoint and to what is asked of it, then give the same command to go on.",
            )
        )

    def verdict(self, error: WireError) -> WireError:
        """Return what a request ends with that ``error`` ended: that, or the fault of the endpoint."""
        if self._open is None and isinstance(error, UnusableError | UnreachableError):
            self._set_open(UnusableError(str(error), fix=error.fix))
        return error if self._open is None else UnusableError(str(self._open), fix=self._open.fix)

    def _set_open(self, error: UnusableError) -> None:
        self._open, self._opened_at = error, self._now()

    def _forget(self) -> None:
        self._failing.clear()
        self._refused.clear()


def _is_general(error: WireError) -> bool:
    """Whether an endpoint may refuse every request in these words; too long or filtered is always the row's own."""
    return isinstance(error, RefusedError) and error.kind == "refused"
