"""What a second worker process gives on a pipeline that computes: seconds on the clock with one worker and with two.

The runs take turns in one process. Only ``execute`` is timed, with the start of the workers; the input is in memory.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ... import operator_library
from ...engine.execution.executor import ExecutionOptions, execute
from ...engine.pipeline import Pipeline, Step
from ...engine.reading import Source, source_of_rows
from ...engine.registry import Registry

_SYLLABLES = ("ta", "ri", "mon", "el", "su", "ver", "ka", "lo", "pen", "dis")
_STEPS = [
    Step(id="unicode", operator="normalize_unicode"),
    Step(id="private", operator="mask_personal_data"),
    Step(id="language", operator="language"),
    Step(id="words", operator="word_count_filter", params={"min": 3}),
]


@dataclass(frozen=True)
class WorkerSpeed:
    """Seconds of each run, by the number of workers, and the rows of one run."""

    rows: int
    seconds: dict[int, list[float]]

    @property
    def ratio(self) -> float:
        """How many times faster the larger number of workers is, by the medians."""
        few, many = min(self.seconds), max(self.seconds)
        return statistics.median(self.seconds[few]) / statistics.median(self.seconds[many])


def measure(rows: int = 10_000, workers: tuple[int, ...] = (1, 2), times: int = 3) -> WorkerSpeed:
    """Run the pipeline ``times`` times with each number of workers."""
    registry = Registry()
    registry.add_package(operator_library)
    source = _generated(rows)
    seconds: dict[int, list[float]] = {count: [] for count in workers}
    for _ in range(times):
        for count in workers:
            seconds[count].append(_seconds(source, registry, count))
    return WorkerSpeed(rows, seconds)


def _seconds(source: Source, registry: Registry, workers: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        options = ExecutionOptions(workers=workers, max_error_share=1.0)
        execute(Pipeline(steps=_STEPS), {"rows": source}, registry, Path(folder), options=options)
        return time.perf_counter() - start


def _generated(rows: int) -> Source:
    """Documents of about 1.5 KB without meaning, always the same."""
    generator = random.Random(0)
    vocabulary = ["".join(generator.choices(_SYLLABLES, k=generator.randint(1, 4))) for _ in range(3000)]
    return source_of_rows([{"text": " ".join(generator.choices(vocabulary, k=220))} for _ in range(rows)])


def text(speed: WorkerSpeed) -> str:
    """Return the seconds of each run, and the ratio."""
    runs = [f"{count} workers: {', '.join(f'{run:.1f}' for run in each)} s" for count, each in speed.seconds.items()]
    return f"{'; '.join(runs)} for {speed.rows:,} rows; {speed.ratio:.2f} times as fast"
