"""Puts the rows of a table on disk in another order, in bounded memory and without reading a row here and a row there.

The rows are dealt into buckets, each of which holds the rows of one stretch of the new order, and is small enough to be
put in order in memory: one pass to deal, one to collect.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from ..stages.spill import Positions, SpilledTable

_BUCKET_BYTES = 1 << 26
_MOST_BUCKETS = 1024


def in_order(table: SpilledTable, order: Positions, scratch: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows at the positions ``order``, each at most once, in that order; ``scratch`` is a file for the buckets."""
    size = max(_BUCKET_BYTES // table.row_bytes, -(-len(order) // _MOST_BUCKETS), 1)
    try:
        buckets = _dealt(table, order, size, scratch)
        with pa.OSFile(str(scratch)) as file:
            reader = pa.ipc.open_file(file)
            for number, pieces in enumerate(buckets):
                stretch = order[number * size : (number + 1) * size]
                rows = pa.Table.from_batches([reader.get_batch(piece) for piece in pieces], table.full_schema)
                # The bucket holds its rows in the order of the table: the place of each is the rank of its position.
                ranks = np.argsort(np.argsort(stretch, kind="stable"), kind="stable")
                yield from rows.combine_chunks().take(pa.array(ranks)).combine_chunks().to_batches()
    finally:
        scratch.unlink(missing_ok=True)


def _dealt(table: SpilledTable, order: Positions, size: int, scratch: Path) -> list[list[int]]:
    """Write the rows by bucket and return, for each bucket, the numbers of its batches in the file."""
    bucket_of = np.full(table.num_rows, -1, dtype=np.int32)
    bucket_of[order] = np.arange(len(order)) // size
    buckets: list[list[int]] = [[] for _ in range(-(-len(order) // size))]
    written = start = 0
    with pa.OSFile(str(scratch), "wb") as sink, pa.ipc.new_file(sink, table.full_schema) as writer:
        for rows in _chunks(table):
            marks = bucket_of[start : start + rows.num_rows]
            start += rows.num_rows
            by_bucket = np.argsort(marks, kind="stable")
            edges = np.searchsorted(marks[by_bucket], np.arange(len(buckets) + 1))
            sorted_rows = rows.take(pa.array(by_bucket))
            for number in np.flatnonzero(np.diff(edges)).tolist():
                first, last = edges[number : number + 2].tolist()
                writer.write_batch(sorted_rows.slice(first, last - first))
                buckets[number].append(written)
                written += 1
    return buckets


def _chunks(table: SpilledTable) -> Iterator[pa.RecordBatch]:
    """The rows of the table in batches that are worth dealing."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in table.full_batches():
        waiting.append(batch)
        size += batch.nbytes
        if size >= _BUCKET_BYTES:
            yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()
            waiting, size = [], 0
    if waiting:
        yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()
