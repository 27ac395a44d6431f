"""A pool of worker processes. A worker that dies loses no row: its batch is tried again, then halved down to the row at fault."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

import pyarrow as pa

from ...errors import UserError
from ..steps.outcome import BatchOutcome, StepAccount, named
from .shipped_steps import ShippedSteps
from .worker_process import WorkerDiedError, WorkerFailedError, WorkerProcess

_MOST_DEATHS = 200
"""After so many deaths it is not single rows that kill workers."""
_STARTS = 3


class WorkerPool:
    """Applies steps to batches in ``count`` processes, started when they are first needed."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")
        self._idle: queue.LifoQueue[WorkerProcess | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        self._alive: set[WorkerProcess] = set()
        self._lock = threading.Lock()
        self._deaths = 0
        self._closed = False

    def submit(self, steps: ShippedSteps, batches: Sequence[pa.RecordBatch]) -> Future[BatchOutcome]:
        """Return what will become of the batches."""
        return self._threads.submit(self._outcome, steps, batches)

    def close(self) -> None:
        """End all workers, and what they do."""
        with self._lock:
            self._closed = True
            workers = list(self._alive)
        for worker in workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            worker.close()

    def _outcome(self, steps: ShippedSteps, batches: Sequence[pa.RecordBatch]) -> BatchOutcome:
        try:
            return self._attempt(steps, batches, 0, len(steps.steps))
        except WorkerDiedError:
            whole = pa.Table.from_batches(batches).combine_chunks().to_batches()
            outcomes = [self._settled(steps, batch, 0, len(steps.steps)) for batch in whole]
        return _together(outcomes)

    def _settled(self, steps: ShippedSteps, batch: pa.RecordBatch, first: int, last: int) -> BatchOutcome:
        """The outcome of rows that may kill: in halves, then a row step by step, until the one and its step are found."""
        try:
            return self._attempt(steps, [batch], first, last)
        except WorkerDiedError as error:
            death = str(error)
        if batch.num_rows > 1:
            half = batch.num_rows // 2
            parts = (batch.slice(0, half), batch.slice(half))
            return _together([self._settled(steps, part, first, last) for part in parts])
        if last - first > 1:
            before = self._settled(steps, batch, first, first + 1)
            after = [self._settled(steps, made, first + 1, last) for made in before.batches]
            return _together([before._replace(batches=[]), *after])
        accounts = [StepAccount() for _ in steps.steps]
        accounts[first] = StepAccount(1, quarantined=named(batch, {0: f"the worker died of this row ({death})"}))
        return BatchOutcome([], accounts)

    def _attempt(self, steps: ShippedSteps, batches: Sequence[pa.RecordBatch], first: int, last: int) -> BatchOutcome:
        worker = self._idle.get()
        try:
            worker = self._ready(worker, steps)
            return worker.apply(steps, batches, first, last)
        except WorkerDiedError:
            self._bury(worker)
            worker = None
            raise
        finally:
            self._idle.put(worker)

    def _ready(self, worker: WorkerProcess | None, steps: ShippedSteps) -> WorkerProcess:
        """The worker with the steps built; a new one where there is none or where it ends over that."""
        for _ in range(_STARTS):
            worker = worker or self._started()
            try:
                worker.build(steps)
                return worker
            except WorkerFailedError as error:
                death = str(error)
                self._bury(worker)
                worker = None
        raise UserError(
            "A worker process ends before it takes a row.", f"It ended with {death}.", "Run with one worker."
        )

    def _started(self) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise CancelledError
            worker = WorkerProcess()
            self._alive.add(worker)
            return worker

    def _bury(self, worker: WorkerProcess | None) -> None:
        """Give up a worker that is dead; raises ``UserError`` when there were too many of them."""
        with self._lock:
            if self._closed:
                raise CancelledError
            if worker is not None:
                self._alive.discard(worker)
                worker.close()
            self._deaths += 1
        if self._deaths > _MOST_DEATHS:
            raise UserError(
                f"{self._deaths:,} worker processes died.",
                "It is not single rows that kill them.",
                "Look at the memory of the machine, or run with one worker.",
            )


def _together(outcomes: Sequence[BatchOutcome]) -> BatchOutcome:
    whole = outcomes[0]
    for outcome in outcomes[1:]:
        whole = whole.followed_by(outcome)
    return whole
