"""Rows of a source, or a stretch of them, as checks read rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from ...engine.reading import Source


class SourceRows:
    """The rows of a source from position ``start`` up to ``stop``; all when not said otherwise."""

    def __init__(self, source: Source, start: int = 0, stop: int | None = None) -> None:
        self._source = source
        self._start = start
        self._stop = source.rows if stop is None else stop

    @property
    def schema(self) -> pa.Schema:
        """The visible columns."""
        return self._source.schema

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return self._stop - self._start

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, only the named columns if any are named."""
        names = self.schema.names if columns is None else list(columns)
        first = 0
        for batch in self._source.batches():
            if first >= self._stop:
                return
            skipped = max(0, self._start - first)
            wanted = batch.slice(skipped, max(0, min(batch.num_rows, self._stop - first) - skipped))
            if wanted.num_rows:
                yield wanted.select(names)
            first += batch.num_rows
