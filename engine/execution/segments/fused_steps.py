"""Row-local steps that follow each other on one table, applied batch by batch without a halt between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from ..steps.outcome import BatchOutcome, RowStep, StepAccount
from ..steps.sieve import Sieve


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
        last = len(self._steps) if last is None else last
        sieve, number = Sieve(batch), first
        while number < last and sieve.passed(self._steps[number], accounts[number]):
            number += 1
        left = sieve.rows()
        if number == last:
            yield from [left] if left.num_rows or number == first else []
        elif left.num_rows or number == first:
            yield from self._after(number, left, accounts, last)

    def _after(
        self, number: int, batch: pa.RecordBatch, accounts: Sequence[StepAccount], last: int
    ) -> Iterator[pa.RecordBatch]:
        account = accounts[number]
        account.rows_in += batch.num_rows
        for outcome in self._steps[number].apply(batch):
            account.add(outcome)
            if outcome.batch.num_rows:
                yield from self.rows(outcome.batch, accounts, number + 1, last)
