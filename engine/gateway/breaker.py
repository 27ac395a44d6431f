"""The circuit breaker: an endpoint that fails for everyone stops the run; its rows are not quarantined one by one."""

from __future__ import annotations

import time
from collections.abc import Callable

from .faults import PassingError, RefusedError, UnreachableError, UnusableError, WireError


class Breaker:
    """Watches the requests to one model. A row is to blame for a failure only while others are answered.

    It opens when a request is given up while ``threshold`` different ones have failed since the last answer, when ``threshold``
    were refused and none was ever answered, or at once for what concerns every request. For ``pause_s`` seconds it then
    refuses all, after which the next request is a new try. Breakers are described by Nygard (Release It!, 2007).
    """

    def __init__(self, *, threshold: int = 5, pause_s: float = 30.0, now: Callable[[], float] = time.monotonic) -> None:
        self.answered_before = False
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

    def failed(self, request: int) -> None:
        """An attempt of the request with this number failed in a way that may pass."""
        self._failing.add(request)

    def verdict(self, request: int, error: WireError) -> WireError:
        """Return what a request that will not be tried again ends with: its own error, or that of the whole endpoint."""
        verdict = self._open or self._of_endpoint(request, error)
        if verdict is None:
            return error
        if self._open is None:
            self._open, self._opened_at = verdict, self._now()
        return UnusableError(str(verdict), fix=verdict.fix)

    def _forget(self) -> None:
        self._failing.clear()
        self._refused.clear()

    def _of_endpoint(self, request: int, error: WireError) -> UnusableError | None:
        if isinstance(error, UnusableError):
            return error
        if isinstance(error, UnreachableError):
            return UnusableError(str(error), fix=error.fix)
        if isinstance(error, RefusedError) and error.kind == "refused" and not self.answered_before:
            self._refused.add(request)
            return self._for_everyone(self._refused, error, "Correct what the requests ask for.")
        if isinstance(error, PassingError):
            return self._for_everyone(self._failing, error, "See to the endpoint, then give the same command to go on.")
        return None

    def _for_everyone(self, requests: set[int], error: WireError, fix: str) -> UnusableError | None:
        if len(requests) < self._threshold:
            return None
        return UnusableError(f"The endpoint fails for every request; the last time: {error}", fix=fix)
