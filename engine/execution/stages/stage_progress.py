"""How far a stage is, told twice a second."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from ...events import EventSink, Progress
from ..ledger import StepLedger

_SECONDS = 0.5


class StageProgress:
    """Counts the rows that go into a stage; the rest stands in its ledgers. A stage that is soon over tells nothing."""

    def __init__(self, emit: EventSink, ledgers: Mapping[str, StepLedger], total: int) -> None:
        self._emit = emit
        self._ledgers = list(ledgers.values())
        self._total = total
        self._seen = 0
        self._told = time.monotonic()
        self._ever = False

    @property
    def left(self) -> float:
        """How many rows are still to come for each that was seen."""
        return (self._total - self._seen) / max(self._seen, 1)

    def counted(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the batches that go into the stage."""
        for batch in batches:
            self._seen += batch.num_rows
            yield batch
            self.tick()

    def tick(self) -> None:
        """Tell how far the stage is, unless that was told just now."""
        now = time.monotonic()
        if now - self._told >= _SECONDS:
            self._told, self._ever = now, True
            self._tell()

    def end(self) -> None:
        """Tell the last figures of a stage that has told of itself."""
        if self._ever:
            self._tell()

    def _tell(self) -> None:
        dropped: Counter[str] = sum((ledger.dropped for ledger in self._ledgers), Counter())
        self._emit(
            Progress(
                rows=self._seen,
                total=self._total,
                kept=self._ledgers[-1].rows_out if self._ledgers else self._seen,
                dropped=dict(sorted(dropped.items())),
                quarantined=sum(ledger.quarantined for ledger in self._ledgers),
            )
        )
