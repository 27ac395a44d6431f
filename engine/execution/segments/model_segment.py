"""A step that waits for models: many small pieces in flight at once, their results taken in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from ...reading.row_buffer import rebatched
from ..steps.outcome import BatchOutcome, RowStep, StepAccount
from .coroutines import Coroutines
from .local_segment import Record

_PIECE_ROWS = 32
_PIECE_BYTES = 1 << 22
_PIECES = 32


class ModelSegment:
    """One asynchronous step. About a thousand rows are in flight, which is more than endpoints take at once.

    Where pieces begin depends on the rows alone, not on the batches in which they come.
    """

    def __init__(self, step: RowStep, schema: pa.Schema, record: Record, loop: Coroutines) -> None:
        self._step = step
        self._schema = schema
        self._record = record
        self._loop = loop

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Generator[pa.RecordBatch, None, None]:
        """Yield what the step makes of the rows, which are pulled while earlier ones are in flight."""
        window: deque[Future[BatchOutcome]] = deque()
        with ThreadPoolExecutor(_PIECES, thread_name_prefix="models") as waiting:
            try:
                for piece in rebatched(batches, self._schema, _PIECE_ROWS, _PIECE_BYTES):
                    window.append(waiting.submit(self._applied, piece))
                    if len(window) == _PIECES or window[0].done():
                        yield from self._settled(window.popleft())
                while window:
                    yield from self._settled(window.popleft())
            except BaseException as error:
                self._loop.halt(error)
                raise
            finally:
                for piece_left in window:
                    piece_left.cancel()

    def _applied(self, piece: pa.RecordBatch) -> BatchOutcome:
        account = StepAccount(piece.num_rows)
        made = []
        for outcome in self._step.apply(piece):
            account.add(outcome)
            made.append(outcome.batch)
        return BatchOutcome([batch for batch in made if batch.num_rows], [account])

    def _settled(self, result: Future[BatchOutcome]) -> Iterator[pa.RecordBatch]:
        outcome = result.result()
        self._record(outcome.accounts)
        yield from outcome.batches
