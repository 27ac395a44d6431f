"""The rows of Parquet shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ...engine.errors import UserError

_BATCH_ROWS = 4096


class ParquetRows:
    """The rows of Parquet files of equal columns, read once in full so that a broken file is found at the start.

    Raises ``UserError`` for files of different columns, and pyarrow's errors for files that cannot be read.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._schema = _common_schema(files)
        self._num_rows = sum(int(batch.num_rows) for batch in self.batches())

    @property
    def schema(self) -> pa.Schema:
        """The columns."""
        return self._schema

    @property
    def num_rows(self) -> int:
        """How many rows were read."""
        return self._num_rows

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, only the named columns if any are named."""
        names = self._schema.names if columns is None else list(columns)
        for path in self._files:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BATCH_ROWS, columns=names):
                    yield batch.select(names)


def _common_schema(files: Sequence[Path]) -> pa.Schema:
    first: pa.Schema = pq.read_schema(files[0]).remove_metadata()
    for path in files[1:]:
        if not pq.read_schema(path).remove_metadata().equals(first):
            raise UserError(f"{path.name} has other columns than {files[0].name}.", fix="Write the dataset again.")
    return first
