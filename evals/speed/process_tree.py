"""What a command and all its child processes take: CPU-seconds, seconds on the clock, and memory at its highest."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Cost:
    """What a command took. ``peak_mb`` is the memory of the whole tree, pages that several processes share counted once."""

    exit_code: int
    cpu_s: float
    wall_s: float
    peak_mb: float
    said: str
    """The end of what it wrote to its standard error."""


def cost_of(command: Sequence[str], environment: dict[str, str] | None = None) -> Cost:
    """Run a command to its end and return what it took (Linux)."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    ) as child:
        watch = _Watch(child.pid)
        watch.start()
        _, said = child.communicate()
        watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(child.returncode, cpu, time.monotonic() - start, watch.peak_kb / 1024, said[-2000:])


class _Watch(threading.Thread):
    """Looks at the tree below a process until the process ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.peak_kb = 0

    def run(self) -> None:
        while _is_running(self._pid):
            self.peak_kb = max(self.peak_kb, sum(_pss_kb(pid) for pid in _tree(self._pid)))
            time.sleep(_POLL_SECONDS)


def _is_running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _tree(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                found += _tree(int(child))
    return found


def _pss_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
