"""A wall that is none: an ordinary child process with an empty environment. It contains nothing and nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

from .wall import ending_of, worker_arguments


class PlainProcess:
    """A child process in a session of its own, so that what it started can be ended with it."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child

    def kill(self) -> None:
        """End the process group; see ``WalledProcess``."""
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def ending(self, seconds: float) -> str | None:
        """How the process ended; see ``WalledProcess``."""
        with suppress(subprocess.TimeoutExpired):
            return ending_of(self._child.wait(seconds))
        return None


class PlainWall:
    """Starts workers without containment. For code that somebody has read, and for tests of what surrounds a wall."""

    tier = "none"

    def start(self, module: str, read: int, write: int) -> PlainProcess:
        """Start the worker; see ``Wall``."""
        child = subprocess.Popen(
            worker_arguments(sys.executable, module, (read, write)),
            pass_fds=(read, write),
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return PlainProcess(child)
