"""What a Ray on this machine costs or gives against the worker processes of the local engine, with the same number of cores.

The runs take turns in one process on one input. The start of Ray and of its nodes' check is timed apart, and one run of each
kind comes first and is not counted, so that what is compared is the steady state.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ... import operator_library
from ...engine.cluster.ray_cluster import RayCluster
from ...engine.execution.execution import ExecutionOptions
from ...engine.execution.executor import execute
from ...engine.pipeline import Pipeline, Step
from ...engine.reading import Source, source_of_rows
from ...engine.registry import Registry

_SYLLABLES = ("ta", "ri", "mon", "el", "su", "ver", "ka", "lo", "pen", "dis")
_STEPS = [
    Step(id="unicode", operator="normalize_unicode"),
    Step(id="private", operator="mask_personal_data"),
    Step(id="words", operator="word_count_filter", params={"min": 3}),
]


@dataclass(frozen=True)
class ClusterSpeed:
    """Seconds of each run, the seconds that Ray took to start, and the size of the input."""

    megabytes: float
    cores: int
    started: float
    ray: list[float]
    local: list[float]

    @property
    def ratio(self) -> float:
        """How many times as long Ray takes, by the medians."""
        return statistics.median(self.ray) / statistics.median(self.local)


def measure(rows: int = 60_000, cores: int = 2, times: int = 3) -> ClusterSpeed:
    """Run the pipeline ``times`` times on each engine, in turns; the input of a row is about 1.5 KB."""
    registry = Registry()
    registry.add_package(operator_library)
    source, megabytes = _generated(rows)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        cluster = RayCluster(None, Path(folder), cores)
        try:
            start = time.perf_counter()
            cluster.ray()
            started = time.perf_counter() - start
            for _ in range(times + 1):
                for on_ray in (True, False):
                    seconds[on_ray].append(_seconds(source, registry, cores, cluster if on_ray else None))
        finally:
            cluster.close()
    return ClusterSpeed(megabytes, cores, started, seconds[True][1:], seconds[False][1:])


def text(speed: ClusterSpeed) -> str:
    """Return the figures as lines."""
    rate = speed.megabytes / statistics.median(speed.local)
    lines = [
        f"{speed.megabytes:.0f} MB of text, {speed.cores} cores, n={len(speed.ray)} each, in turns",
        f"Ray takes {speed.started:.1f} s to start, then {_listed(speed.ray)} s",
        f"local engine {_listed(speed.local)} s ({rate:.1f} MB/s)",
        f"Ray takes {speed.ratio:.2f} times as long",
    ]
    return "\n".join(lines)


def _listed(seconds: list[float]) -> str:
    return ", ".join(f"{run:.1f}" for run in seconds)


def _seconds(source: Source, registry: Registry, cores: int, cluster: RayCluster | None) -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        options = ExecutionOptions(workers=cores, cluster=cluster)
        execute(Pipeline(steps=_STEPS), {"rows": source}, registry, Path(folder), options=options)
        return time.perf_counter() - start


def _generated(rows: int) -> tuple[Source, float]:
    """Documents without meaning, always the same, and the megabytes of their text."""
    generator = random.Random(0)
    vocabulary = ["".join(generator.choices(_SYLLABLES, k=generator.randint(1, 4))) for _ in range(3000)]
    texts = [" ".join(generator.choices(vocabulary, k=220)) for _ in range(rows)]
    return source_of_rows([{"text": made} for made in texts]), sum(map(len, texts)) / 1e6


if __name__ == "__main__":
    sys.stdout.write(text(measure()) + "\n")
