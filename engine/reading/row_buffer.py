"""Cuts a stream of batches anew, so that what comes out does not depend on how it came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa


class RowBuffer:
    """Holds rows until enough are there to take a fixed number of them."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._batches: list[pa.RecordBatch] = []
        self.rows = 0
        self.bytes = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""
        if batch.num_rows:
            self._batches.append(batch)
            self.rows += batch.num_rows
            self.bytes += batch.nbytes

    def take(self, rows: int) -> pa.Table:
        """Remove and return the first ``rows`` rows (fewer when there are not as many), in one chunk where that is possible."""
        # A table without columns takes the length of any slice for its own, so the length never exceeds what is there.
        rows = min(rows, self.rows)
        table = pa.Table.from_batches(self._batches, self._schema)
        taken, rest = table.slice(0, rows).combine_chunks(), table.slice(rows, self.rows - rows)
        self._batches = rest.to_batches()
        self.rows, self.bytes = rest.num_rows, rest.nbytes
        return taken


def rebatched(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, rows: int, max_bytes: int
) -> Iterator[pa.RecordBatch]:
    """Yield the same rows in batches of ``rows``, or fewer where ``max_bytes`` are reached first."""
    buffer = RowBuffer(schema)
    for batch in batches:
        buffer.add(batch)
        while buffer.rows >= rows or buffer.bytes >= max_bytes:
            yield from buffer.take(rows).to_batches()
    if buffer.rows:
        yield from buffer.take(rows).to_batches()
