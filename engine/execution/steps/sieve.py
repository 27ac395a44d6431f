"""Filters that follow each other and tell for a whole batch at once: all are asked, then the batch is cut once."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import pyarrow as pa
import pyarrow.compute as pc

from ...columns import ROW_ID
from .outcome import RowStep, StepAccount

_FEW = 0.5
"""The share of a batch below which its rows are taken out before the next filter is asked."""


@runtime_checkable
class ColumnarFilter(Protocol):
    """A step that can tell for all rows of a batch at once why it drops them."""

    def reasons(self, batch: pa.RecordBatch) -> pa.Array | None:
        """Return the reason for each row that is dropped and null for the others, or ``None`` to be asked row by row."""
        ...


class Sieve:
    """The rows of a batch that filters have left so far. Accounts are those of filters that each see what the last kept."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch
        self._left: pa.Array | None = None

    def passed(self, step: RowStep, account: StepAccount) -> bool:
        """Put the rows through a step if it is a columnar filter, and say whether it was."""
        reasons = self._reasons_of(step) if isinstance(step, ColumnarFilter) else None
        if reasons is None:
            return False
        before = self._count()
        dropped = reasons.is_valid() if self._left is None else pc.and_(self._left, reasons.is_valid())
        account.rows_in += before
        if dropped.true_count:
            rows = self._batch.column(ROW_ID).filter(dropped).to_pylist()
            account.dropped += zip(rows, reasons.filter(dropped).to_pylist(), strict=True)
            self._left = reasons.is_null() if self._left is None else pc.and_(self._left, reasons.is_null())
        account.parents += before - dropped.true_count
        account.rows_out += before - dropped.true_count
        if self._count() < _FEW * self._batch.num_rows:
            self.rows()
        return True

    def rows(self) -> pa.RecordBatch:
        """Return the rows that are left."""
        if self._left is not None:
            self._batch, self._left = self._batch.filter(self._left), None
        return self._batch

    def _count(self) -> int:
        return self._batch.num_rows if self._left is None else int(self._left.true_count)

    def _reasons_of(self, step: ColumnarFilter) -> pa.Array | None:
        if self._left is None:
            return step.reasons(self._batch)
        try:
            return step.reasons(self._batch)
        except Exception:  # of rows that were dropped before, or not: what is left is asked alone, and says so again
            return step.reasons(self.rows())
