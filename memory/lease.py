"""A lease: the right of one process to work on a run or a thread, given back by the kernel when the process dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from ..engine.errors import UserError


class Lease:
    """The lease on ``name`` (a run, a thread) in ``folder``, called ``said`` to people; use it as a context manager.

    It is a lock file with ``flock``: a process that is killed loses it at once, and nothing stale stays behind. The file
    itself is never removed, because a process that waits for a removed file would lock nothing.
    """

    def __init__(self, folder: Path, name: str = "run", said: str = "") -> None:
        self._said = said or f"`{name}` in {folder}"
        self.path = folder / f".{quote(name, safe='')}.lease"
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lease, or raise ``UserError`` naming the process that has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise UserError(
                f"{self._said} is being worked on by process {holder}.",
                fix="Wait until it ends, stop it, or choose another folder.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lease back; does nothing when it is not held."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Lease:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
