"""Tables on disk as Arrow IPC files: written once, read batch by batch through a memory map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from ..columns import ROW_ID


class SpilledTable:
    """Rows with their identities in one Arrow IPC file; a ``Table`` for operators."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self.fingerprint = fingerprint
        with self._open() as reader:
            self.full_schema: pa.Schema = reader.schema
            self.num_rows: int = sum(reader.get_batch(i).num_rows for i in range(reader.num_record_batches))

    def _open(self) -> pa.ipc.RecordBatchFileReader:
        return pa.ipc.open_file(pa.memory_map(str(self.path)))

    @property
    def schema(self) -> pa.Schema:
        """The visible columns."""
        return pa.schema([field for field in self.full_schema if field.name != ROW_ID])

    def full_batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows with their identities."""
        with self._open() as reader:
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the visible columns, or only those named."""
        names = list(columns) if columns is not None else self.schema.names
        for batch in self.full_batches():
            yield batch.select(names)

    def take(self, positions: Sequence[int]) -> pa.Table:
        """Return the rows at ``positions``, with their identities, in that order."""
        with self._open() as reader:
            table = pa.Table.from_batches(
                [reader.get_batch(i) for i in range(reader.num_record_batches)], reader.schema
            )
            return table.take(pa.array(positions, pa.int64()))


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
        names = list(columns) if columns is not None else self.schema.names
        for batch in self._table.batches([self._bind.get(name, name) for name in dict.fromkeys(names)]):
            yield batch.rename_columns(list(dict.fromkeys(names)))


class SpillWriter:
    """Writes batches of one schema to an Arrow IPC file."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        if batch.num_rows:
            self._writer.write_batch(batch)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
        self._sink.close()
