"""What a sandbox offers the engine: to start a process behind a wall, connected by two pipes and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class WalledProcess(Protocol):
    """A process behind a wall, with the processes that it started."""

    def kill(self) -> None:
        """End the whole tree and wait until it is gone; does nothing when it is."""
        ...

    def ending(self, seconds: float) -> str | None:
        """Say in a few words how the process ended (``killed by signal 9``, ``out of memory``).

        Waits for its end for ``seconds``; ``None`` when it still runs then. Raises ``UserError`` when the wall itself failed,
        which says nothing about the code.
        """
        ...


class Wall(Protocol):
    """Starts processes behind a wall."""

    @property
    def tier(self) -> str:
        """The kind of wall, for the manifest."""
        ...

    def start(self, module: str, read: int, write: int) -> WalledProcess:
        """Run ``python -m module READ WRITE`` with our interpreter, the two pipe ends inherited under their numbers.

        Nothing else is inherited: no environment, no other descriptor. The caller closes its copies of the ends.
        """
        ...


class Isolation(Protocol):
    """The service ``sandbox`` of a run, as far as the engine needs it."""

    @property
    def wall(self) -> Wall:
        """Where code that nobody has read runs."""
        ...


def ending_of(returncode: int) -> str:
    """Return how a process ended in a few words, given the return code of ``subprocess``."""
    return f"killed by signal {-returncode}" if returncode < 0 else f"ended with code {returncode}"


def worker_arguments(interpreter: str, module: str, ends: Sequence[int]) -> list[str]:
    """Return the command that starts the worker: isolated from the environment and from the user's site packages."""
    return [interpreter, "-I", "-m", module, *(str(end) for end in ends)]
