"""Rows in a temporary file, to be fetched by position in any order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from ...engine.operator import Table
from .randomness import Positions


class RowStore:
    """Fetches rows of a memory-mapped Arrow IPC file; ``stored`` makes one."""

    def __init__(self, reader: pa.ipc.RecordBatchFileReader, batch_sizes: Sequence[int]) -> None:
        self._reader = reader
        self._starts = np.cumsum([0, *batch_sizes], dtype=np.int64)

    def take(self, positions: Positions) -> list[pa.Array]:
        """Return the columns of the rows at ``positions``, in that order; a negative position gives nulls."""
        batch_of = np.searchsorted(self._starts, positions, side="right") - 1
        found, places = [], np.full(len(positions), -1, dtype=np.int64)
        filled = 0
        for number in np.unique(batch_of[positions >= 0]).tolist():
            wanted = np.flatnonzero(batch_of == number)
            found.append(self._reader.get_batch(number).take(pa.array(positions[wanted] - self._starts[number])))
            places[wanted] = np.arange(filled, filled + len(wanted))
            filled += len(wanted)
        gathered = pa.Table.from_batches(found, self._reader.schema).combine_chunks()
        rows = gathered.take(pa.array(places, mask=places < 0)).combine_chunks()
        return [pa.concat_arrays(column.chunks) if column.num_chunks else _none(column) for column in rows.columns]


@contextmanager
def stored(table: Table, columns: Sequence[str]) -> Iterator[RowStore]:
    """Keep the named columns of ``table`` in a temporary file for as long as the context lasts."""
    schema = pa.schema([table.schema.field(name).with_nullable(True) for name in columns])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.arrow"
        sizes = []
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch in table.batches(columns):
                if batch.num_rows:
                    writer.write_batch(batch.select(columns).cast(schema))
                    sizes.append(batch.num_rows)
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
            yield RowStore(reader, sizes)


def _none(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([], column.type)
