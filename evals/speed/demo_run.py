"""Measures ``corpusmith run`` on the demo's spec: rows per CPU-second, and peak memory as the input grows."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .grown_input import write_grown

_EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "standard_library_docs"


@dataclass(frozen=True)
class RunCost:
    """What one run took: CPU-seconds of it and its children, seconds on the clock, and the largest process in megabytes."""

    times: int
    rows: int
    exit_code: int
    cpu_s: float
    wall_s: float
    peak_mb: float

    @property
    def rows_per_cpu_s(self) -> float:
        """Input rows per CPU-second of the whole run, from reading to the verdict."""
        return self.rows / self.cpu_s


def measure(growth: tuple[int, ...] = (1, 20)) -> list[RunCost]:
    """Harvest the demo's input, run the demo's spec on it and on larger ones, and return what each run took."""
    with tempfile.TemporaryDirectory() as folder:
        harvested = Path(folder) / "harvest.jsonl"
        subprocess.run([sys.executable, _EXAMPLE / "harvest.py", harvested], check=True, capture_output=True)
        return [_cost(Path(folder), harvested, times) for times in growth]


def _cost(folder: Path, harvested: Path, times: int) -> RunCost:
    data = folder / f"input-{times}.jsonl"
    rows = write_grown(harvested, data, times)
    command = [sys.executable, "-m", "corpusmith.interfaces.cli", "run", str(_EXAMPLE / "spec.md")]
    command += ["--data", str(data), "--out", str(folder / f"out-{times}"), "--workspace", str(folder / "workspace")]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return RunCost(times, rows, ended.returncode, cpu, time.monotonic() - start, after.ru_maxrss / 1024)


def text(costs: list[RunCost]) -> str:
    """Return the costs as a table, with the growth of memory against that of the input."""
    lines = ["input  rows      exit  CPU s   rows/CPU s  peak MB"]
    lines += [
        f"{c.times:>4}x  {c.rows:>8,}  {c.exit_code:>4}  {c.cpu_s:>6.1f}  {c.rows_per_cpu_s:>10,.0f}  {c.peak_mb:>7,.0f}"
        for c in costs
    ]
    first, last = costs[0], costs[-1]
    lines.append(f"memory grew {last.peak_mb / first.peak_mb:.2f}x while the input grew {last.rows / first.rows:.0f}x")
    return "\n".join(lines)
