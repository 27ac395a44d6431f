"""A job for a wall: what shall run, within which limits, and the command that a tier makes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ..limits import Limits
from ..supervision.quota import Used
from .runtime import INTERPRETER_FLAGS, interpreter
from .staging import Staging

_ADDRESS_SPACE = 16 << 30
"""What libraries reserve without ever touching it."""
_LIBRARY_THREADS = 4


@dataclass(frozen=True)
class Job:
    """What shall run: a ``module`` of ours, or the staged script if none is named."""

    limits: Limits
    module: str = ""
    arguments: tuple[str, ...] = ()
    descriptors: tuple[int, ...] = ()
    """Open descriptors that it inherits under their numbers."""


@dataclass(frozen=True)
class Orders:
    """What ``entry.py`` is told over the control socket."""

    environment: dict[str, str]
    folder: str
    """The working directory."""
    counted: list[str]
    """Folders whose content counts as disk, the one for results first."""
    limits: dict[str, int]
    landlock: dict[str, list[str]] | None
    processes: bool
    descriptors: list[int]
    script: str
    module: str
    arguments: list[str]

    def encoded(self) -> bytes:
        """The orders as they travel."""
        return json.dumps(asdict(self)).encode()


@dataclass(frozen=True)
class Launch:
    """How a tier starts a job: ``command`` is to be followed by the number of the control socket."""

    command: list[str]
    orders: Orders
    used: Callable[[int], Used]
    """Counts what lies in an open folder."""
    files_are_memory: bool
    environment: dict[str, str] = field(default_factory=dict)


class Tier(Protocol):
    """A kind of wall. Containers and remote machines can be further ones."""

    @property
    def name(self) -> str:
        """The name for the manifest."""
        ...

    def launch(self, job: Job, staging: Staging) -> Launch:
        """Return how ``job`` is started."""
        ...


def entry_command() -> list[str]:
    """Return the command of the first code inside."""
    return [interpreter(), *INTERPRETER_FLAGS, "-m", f"{__package__}.entry"]


def started_as(user: int, needed: list[str], command: list[str]) -> list[str]:
    """Return the command that runs ``command`` as ``user``, with the paths that are ``needed`` in its reach."""
    if user == os.geteuid():
        return command
    descent = [interpreter(), *INTERPRETER_FLAGS, "-m", f"{__package__}.descent"]
    return [*descent, str(user), json.dumps(needed), *command]


def environment(temporary: str) -> dict[str, str]:
    """Return the whole environment of confined code; nothing of ours goes in."""
    threads = str(min(_LIBRARY_THREADS, os.cpu_count() or 1))
    counted = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS")
    plain = {"HOME": temporary, "TMPDIR": temporary, "LANG": "C.UTF-8", "PATH": str(Path(interpreter()).parent)}
    return plain | dict.fromkeys(counted, threads)


def resource_limits(limits: Limits, *, own_user: bool) -> dict[str, int]:
    """Return the limits that the kernel holds each process to, by their names in ``resource``.

    ``own_user`` says that nobody else runs under its user id, so that the kernel's count of tasks is its own.
    """
    found: dict[str, Any] = {
        "RLIMIT_AS": _ADDRESS_SPACE + 4 * limits.memory_bytes,
        "RLIMIT_FSIZE": limits.disk_bytes,
        "RLIMIT_NOFILE": 512,
        "RLIMIT_STACK": 8 << 20,
        "RLIMIT_CORE": 1,  # 0 would still start the program to which a kernel pipes its dumps
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    if limits.seconds is not None:
        found["RLIMIT_CPU"] = int(limits.seconds * (os.cpu_count() or 1)) + 1
    if own_user:
        found["RLIMIT_NPROC"] = limits.tasks
    return found
