"""Steps that run in this process, one batch after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

import pyarrow as pa

from ..steps.outcome import StepAccount
from .fused_steps import FusedSteps

Record: TypeAlias = Callable[[Sequence[StepAccount]], None]
"""Takes the accounts of a segment's steps for some rows, in the order of the rows."""


class Segment(Protocol):
    """Some steps of a stage that follow each other. What it holds in memory is bounded; rows keep their order."""

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Generator[pa.RecordBatch, None, None]:
        """Yield what the steps make of ``batches``, from which no more is pulled than is worked on."""
        ...


class LocalSegment:
    """Fused steps in the thread of the caller."""

    def __init__(self, steps: FusedSteps, record: Record) -> None:
        self._steps = steps
        self._record = record
        self.seconds = 0.0
        """The time spent in the steps so far."""

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Generator[pa.RecordBatch, None, None]:
        """Yield what comes out of the last step."""
        for batch in batches:
            accounts = self._steps.new_accounts()
            yield from self._timed(self._steps.rows(batch, accounts))
            self._record(accounts)

    def _timed(self, rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        start = time.perf_counter()
        for batch in rows:
            self.seconds += time.perf_counter() - start
            yield batch
            start = time.perf_counter()
        self.seconds += time.perf_counter() - start
