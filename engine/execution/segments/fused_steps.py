"""Row-local steps that follow each other on one table, applied batch by batch without a halt between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from ..steps.outcome import BatchOutcome, RowStep, StepAccount


class FusedSteps:
    """Sends batches through steps and keeps an account of each step."""

    def __init__(self, steps: Sequence[RowStep]) -> None:
        self._steps = steps

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def schema(self) -> pa.Schema:
        """The columns after the last step."""
        return self._steps[-1].schema

    def apply(self, batches: Iterable[pa.RecordBatch], first: int = 0, last: int | None = None) -> BatchOutcome:
        """Return all that becomes of ``batches`` in the steps from ``first`` to before ``last``; no account is kept of others."""
        accounts = self.new_accounts()
        made = [row for batch in batches for row in self.rows(batch, accounts, first, last)]
        return BatchOutcome(made, accounts)

    def new_accounts(self) -> list[StepAccount]:
        """Return an empty account per step."""
        return [StepAccount() for _ in self._steps]

    def rows(
        self, batch: pa.RecordBatch, accounts: Sequence[StepAccount], first: int = 0, last: int | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield what comes out of the last step, piece by piece; ``accounts`` are whole when all pieces were taken."""
        if first == (len(self._steps) if last is None else last):
            yield batch
            return
        account = accounts[first]
        account.rows_in += batch.num_rows
        for outcome in self._steps[first].apply(batch):
            account.add(outcome)
            if outcome.batch.num_rows:
                yield from self.rows(outcome.batch, accounts, first + 1, last)
