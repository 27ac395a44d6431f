"""Names how confined code ended, from its exit code, its last words and what was seen."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from ..outcome import Outcome

_SIGNAL_IN_CODE = 128
_LAST_WORDS: tuple[tuple[re.Pattern[bytes], Outcome, str], ...] = (
    (re.compile(rb"^[\w.]*MemoryError\b"), "out_of_memory", "out of memory: an allocation was refused"),
    (re.compile(rb"^\w*Error: \[Errno (?:27|28)\]"), "disk", "no space left: a file could not grow"),
)


def ending_of_code(returncode: int, stderr: bytes, *, machine_killed: bool) -> tuple[Outcome, str]:
    """Return the outcome of code that ended by itself, with a few words.

    ``returncode`` is that of ``subprocess``, or 128 plus the signal; ``machine_killed`` says that the machine ran out of memory
    meanwhile and killed somebody.
    """
    number = -returncode if returncode < 0 else max(0, returncode - _SIGNAL_IN_CODE)
    if returncode == 0:
        return "ok", "ended with code 0"
    if number == signal.SIGSYS:
        return "policy", "killed for a system call that only an attack makes"
    if number == signal.SIGBUS:
        return "disk", "no space left: a mapped file could not grow"
    if number == signal.SIGXCPU:
        return "timeout", "out of processor time"
    if number == signal.SIGKILL and machine_killed:
        return "infrastructure", "killed while the machine itself was out of memory"
    last = stderr.rstrip().rpartition(b"\n")[2]
    for pattern, outcome, detail in _LAST_WORDS:
        if pattern.match(last):
            return outcome, detail
    return "error", f"killed by signal {number}" if number else f"ended with code {returncode}"


def machine_kills() -> int:
    """Return how many processes this machine has killed for want of memory since its start."""
    try:
        told = dict(line.split() for line in Path("/proc/vmstat").read_text().splitlines())
        return int(told.get("oom_kill", 0))
    except (OSError, ValueError):
        return 0
