"""What can go wrong with one request to an endpoint, by what can be done about it.

``WireError``
├── ``PassingError``  may succeed when tried again: 429, 5xx, a reset connection, a timeout
│   └── ``UnreachableError`` nobody answers at the address; tried again for a while, since a server may be starting
├── ``RefusedError``  this request never will: a context overflow, a refused body; its row is quarantined
└── ``UnusableError`` no request will: a wrong key, an unreachable address; the run stops
    └── ``UnknownModelError`` the endpoint does not offer the model
"""

from __future__ import annotations


class WireError(Exception):
    """A request that did not succeed; ``str`` is one sentence for a person, without key and without address."""


class PassingError(WireError):
    """A fault that may pass. ``retry_after`` holds the seconds that the endpoint asked to wait; ``busy`` marks a 429."""

    def __init__(self, message: str, *, retry_after: float | None = None, busy: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.busy = busy


class UnreachableError(PassingError):
    """No connection could be made; no row is to blame for that. ``fix`` says what a person can do."""

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


class RefusedError(WireError):
    """A fault of this one request. ``kind`` is ``context_overflow``, ``content_filter`` or ``refused``."""

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class UnusableError(WireError):
    """A fault of the endpoint or of its configuration; ``fix`` says what a person can do."""

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


class UnknownModelError(UnusableError):
    """The endpoint does not offer the model that is asked for."""
