"""Steps that run in worker processes, several groups of batches at once, their results taken in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future

import pyarrow as pa

from ..steps.outcome import BatchOutcome
from .local_segment import LocalSegment, Record
from .shipped_steps import ShippedSteps
from .worker_pool import WorkerPool

_TASK_BATCHES = 4
_TASK_BYTES = 1 << 22
_EXPANDING_ROWS = 256
_TASKS_PER_WORKER = 2
_SMALL_SECONDS = 1.0
_LARGE_SECONDS = 6.0
_SHIPPED_BYTES_PER_SECOND = 200e6


class PooledSegment:
    """Fused steps in the workers of a pool. Their accounts are kept here, in the order of the rows.

    Where steps are ``expanding`` a worker is given few rows at once, since all that it makes of them is held in memory.
    """

    def __init__(self, pool: Callable[[], WorkerPool], steps: ShippedSteps, record: Record, *, expanding: bool) -> None:
        self._pool = pool
        self._steps = steps
        self._record = record
        self._expanding = expanding

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Generator[pa.RecordBatch, None, None]:
        """Yield what comes out of the last step."""
        pool = self._pool()
        window: deque[Future[BatchOutcome]] = deque()
        for task in _small_tasks(batches) if self._expanding else _tasks(batches):
            window.append(pool.submit(self._steps, task))
            if len(window) >= pool.count * _TASKS_PER_WORKER:
                yield from self._settled(window.popleft())
        while window:
            yield from self._settled(window.popleft())

    def _settled(self, result: Future[BatchOutcome]) -> Iterator[pa.RecordBatch]:
        outcome = result.result()
        self._record(outcome.accounts)
        yield from outcome.batches


class GrowingSegment:
    """Fused steps that move from this process into workers once enough work is seen to be left for it to pay.

    ``left`` tells how many rows are still to come for each that was seen.
    """

    def __init__(self, local: LocalSegment, pooled: PooledSegment, left: Callable[[], float]) -> None:
        self._local = local
        self._pooled = pooled
        self._left = left
        self._bytes = 0

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Generator[pa.RecordBatch, None, None]:
        """Yield what comes out of the last step."""
        coming = iter(batches)
        yield from self._local.rows(self._while_small(coming))
        yield from self._pooled.rows(coming)

    def _while_small(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        while not self._pays() and (batch := next(batches, None)) is not None:
            self._bytes += batch.nbytes
            yield batch

    def _pays(self) -> bool:
        seconds = self._local.seconds
        return (
            seconds > _SMALL_SECONDS
            and seconds * self._left() > _LARGE_SECONDS
            and self._bytes < seconds * _SHIPPED_BYTES_PER_SECOND
        )


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tasks(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Group batches into what is worth a message."""
    task: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        task.append(batch)
        size += batch.nbytes
        if len(task) == _TASK_BATCHES or size >= _TASK_BYTES:
            yield task
            task, size = [], 0
    if task:
        yield task


def _small_tasks(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    for batch in batches:
        for start in range(0, batch.num_rows, _EXPANDING_ROWS):
            yield [batch.slice(start, _EXPANDING_ROWS)]
