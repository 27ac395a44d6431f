"""What a check sees: the output as it stands on disk, and the input that it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import pyarrow as pa


class Rows(Protocol):
    """Rows that can be read again and again, in order."""

    @property
    def schema(self) -> pa.Schema:
        """The columns, without the hidden row identity."""
        ...

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        ...

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, only the named columns if any are named."""
        ...


class Output(Protocol):
    """The output of a run, and its origins."""

    @property
    def splits(self) -> dict[str, Rows]:
        """The rows of each split, in the order in which the splits were declared."""
        ...

    @property
    def rows(self) -> Rows:
        """All rows, split after split."""
        ...

    @property
    def formats(self) -> set[str]:
        """The file formats found in the output folder: ``parquet``, ``jsonl``."""
        ...

    @property
    def source(self) -> Rows:
        """The input rows, as they were read."""
        ...

    @property
    def origins(self) -> Sequence[Sequence[int]]:
        """For each output row, in the order of ``rows``, the positions of the input rows that it came from."""
        ...
