"""Tables on disk as Arrow IPC files: written once, read batch by batch.

Whole passes read the file as it is, since mapped pages count as memory of the process until they are given back. Only
single rows are taken through a map, which lasts no longer than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from ...columns import HIDDEN
from ...reading.row_buffer import RowBuffer, rebatched

Positions: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

_BATCH_ROWS = 1024
_BATCH_BYTES = 1 << 26


class SpilledTable:
    """Rows with their identities in one Arrow IPC file; a ``Table`` for operators."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self.fingerprint = fingerprint
        self.full_schema: pa.Schema = self._mapped().schema
        self.num_rows = int(self._starts[-1])

    def _mapped(self) -> pa.ipc.RecordBatchFileReader:
        return pa.ipc.open_file(pa.memory_map(str(self.path)))

    @cached_property
    def _starts(self) -> Positions:
        """The position of the first row of each batch, and at last the number of rows."""
        reader = self._mapped()
        sizes = (reader.get_batch(number).num_rows for number in range(reader.num_record_batches))
        return np.cumsum([0, *sizes], dtype=np.int64)

    @property
    def schema(self) -> pa.Schema:
        """The visible columns."""
        return pa.schema([field for field in self.full_schema if field.name not in HIDDEN])

    @property
    def row_bytes(self) -> int:
        """How many bytes a row takes on average."""
        return self.path.stat().st_size // max(self.num_rows, 1) + 1

    def full_batches(self, rows: int = _BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """Yield the rows with the hidden columns, ``rows`` at a time (fewer where rows are very long)."""
        stored = self._read(self.full_schema.names)
        return stored if rows == _BATCH_ROWS else rebatched(stored, self.full_schema, rows, _BATCH_BYTES)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the visible columns, or only those named; others are not read."""
        yield from self._read(list(columns) if columns is not None else self.schema.names)

    def _read(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        fields = sorted({self.full_schema.get_field_index(name) for name in names})
        with pa.OSFile(str(self.path)) as file:
            reader = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=fields))
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number).select(names)

    def take(self, positions: Sequence[int] | Positions, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows at ``positions`` in that order, with the hidden columns unless ``columns`` are named.

        Only the rows that are asked for are held in memory. Raises ``IndexError`` for a position outside the table.
        """
        wanted = np.asarray(positions, dtype=np.int64)
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= self.num_rows):
            raise IndexError(f"There are {self.num_rows:,} rows, and a position lies outside.")
        names = list(columns) if columns is not None else self.full_schema.names
        order = np.argsort(wanted, kind="stable")
        found = pa.Table.from_batches(self._in_order(wanted[order], names), self._schema_of(names)).combine_chunks()
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order))
        return found.take(pa.array(places))

    def _in_order(self, ascending: Positions, names: Sequence[str]) -> list[pa.RecordBatch]:
        numbers = np.searchsorted(self._starts, ascending, side="right") - 1
        reader, pieces = self._mapped(), []
        for number in np.unique(numbers).tolist():
            first, last = np.searchsorted(numbers, [number, number + 1])
            within = pa.array(ascending[first:last] - self._starts[number])
            pieces.append(reader.get_batch(number).select(names).take(within))
        return pieces

    def _schema_of(self, names: Sequence[str]) -> pa.Schema:
        return pa.schema([self.full_schema.field(name) for name in names])


class BoundTable:
    """A table as an operator sees it: bound columns under the operator's own names, the others as they are."""

    def __init__(self, table: SpilledTable, bind: Mapping[str, str]) -> None:
        self._table = table
        self._bind = dict(bind)

    @property
    def schema(self) -> pa.Schema:
        """The visible columns, the operator's names first."""
        own = self._table.schema
        bound = [own.field(column).with_name(name) for name, column in self._bind.items()]
        return pa.schema([*bound, *(field for field in own if field.name not in self._bind)])

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return self._table.num_rows

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows, columns under the operator's names."""
        names = list(dict.fromkeys(columns)) if columns is not None else self.schema.names
        for batch in self._table.batches([self._bind.get(name, name) for name in names]):
            yield batch.rename_columns(names)


class SpillWriter:
    """Writes rows of one schema to an Arrow IPC file, in batches that do not depend on those in which they come."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema)
        self._buffer = RowBuffer(schema)
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self.rows += batch.num_rows
        self._buffer.add(batch)
        while self._buffer.rows >= _BATCH_ROWS or self._buffer.bytes >= _BATCH_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is held back and finish the file."""
        if self._buffer.rows:
            self._flush()
        self._writer.close()
        self._sink.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._sink.close()

    def _flush(self) -> None:
        for batch in self._buffer.take(_BATCH_ROWS).to_batches():
            self._writer.write_batch(batch)
