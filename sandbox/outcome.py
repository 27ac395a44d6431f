"""How confined code ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "error", "timeout", "out_of_memory", "disk", "output", "policy", "infrastructure"]
"""``ok``, or who must act: the code's author for ``error`` (it failed) and for a limit that it reached (``timeout``,
``out_of_memory``, ``disk`` or ``output``: too much, or not what was asked for), nobody for ``policy`` (it did what only an
attack does), and whoever keeps the machine for ``infrastructure`` (the code never ran, or its end says nothing about it)."""


@dataclass(frozen=True)
class Ending:
    """How a confined tree of processes ended, in full: when this exists, nothing of it is left."""

    outcome: Outcome
    detail: str
    """A few words: ``killed by signal 9``, ``out of memory: more than 512 MB``."""
    seconds: float
    """Wall clock since the code's start; 0 when it never started."""
    peak_memory_bytes: int
    """The largest sum that was seen over the tree."""
    stdout: bytes = b""
    stderr: bytes = b""
