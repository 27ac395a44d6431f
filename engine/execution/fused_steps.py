"""Row-local steps that follow each other on one table, applied batch by batch without a halt between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from .outcome import RowStep, StepOutcome
from .stage import StageWriter


class FusedSteps:
    """Sends batches through steps and keeps each step's account in the ledgers of a stage."""

    def __init__(self, steps: Sequence[tuple[str, RowStep]], writer: StageWriter) -> None:
        self._steps = steps
        self._writer = writer

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield what comes out of the last step."""
        for batch in batches:
            yield from self._from(0, batch)

    def _from(self, index: int, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        if index == len(self._steps):
            yield batch
            return
        name, step = self._steps[index]
        self._writer.ledgers[name].rows_in += batch.num_rows
        for outcome in step.apply(batch):
            self._account(name, outcome)
            if outcome.batch.num_rows:
                yield from self._from(index + 1, outcome.batch)

    def _account(self, name: str, outcome: StepOutcome) -> None:
        ledger = self._writer.ledgers[name]
        ledger.parents += outcome.parents
        ledger.rows_out += outcome.batch.num_rows
        for row, reason in outcome.dropped:
            self._writer.drop(name, row, reason)
        for row, error in outcome.quarantined:
            self._writer.quarantine(name, row, error)
