"""The run's own time: what passes while neither an endpoint nor a person is waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class OwnTime:
    """A clock that stands still while somebody else is waited for; ``before`` is what earlier runs took."""

    def __init__(self, before: float = 0.0, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._counted = before
        self._since = now()
        self._waiting = 0
        self._lock = threading.Lock()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Do not count the time within; several may wait at once."""
        with self._lock:
            if self._waiting == 0:
                self._counted += self._now() - self._since
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
                if self._waiting == 0:
                    self._since = self._now()

    @property
    def seconds(self) -> float:
        """The seconds so far."""
        with self._lock:
            return self._counted + (0.0 if self._waiting else self._now() - self._since)
