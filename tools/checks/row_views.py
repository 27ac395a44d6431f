"""Rows that stand in for others: several parts read as one, and rows that are counted but hold nothing of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from .view import Rows

BATCH_ROWS = 4096


class ChainedRows:
    """Several ``Rows`` of the same columns, read one after the other."""

    def __init__(self, parts: Sequence[Rows]) -> None:
        self._parts = parts

    @property
    def schema(self) -> pa.Schema:
        """The columns of the parts; a column that is null in one part has the type that it has in the others."""
        return pa.unify_schemas([part.schema for part in self._parts]) if self._parts else pa.schema([])

    @property
    def num_rows(self) -> int:
        """How many rows the parts have together."""
        return sum(part.num_rows for part in self._parts)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the first part, then those of the second, and so on."""
        for part in self._parts:
            yield from part.batches(columns)


class NumberedRows:
    """Any number of rows with one column ``row`` that counts them; made when they are read."""

    schema = pa.schema([("row", pa.int64())])

    def __init__(self, num_rows: int) -> None:
        self.num_rows = num_rows

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the row numbers from 0 on."""
        for start in range(0, self.num_rows, BATCH_ROWS):
            numbers = pa.array(range(start, min(start + BATCH_ROWS, self.num_rows)), pa.int64())
            yield pa.record_batch([numbers], schema=self.schema).select(list(columns or self.schema.names))
