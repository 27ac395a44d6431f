"""An output held in memory: what checks show themselves to work on, and what tests measure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, overload

import pyarrow as pa

from .row_views import BATCH_ROWS, ChainedRows
from .view import Rows

Content: TypeAlias = Mapping[str, Sequence[Any] | pa.Array] | pa.Table | Rows
"""Rows as columns of values, as an Arrow table, or as anything that can be read like rows."""


class MemoryRows:
    """The rows of an Arrow table."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    @property
    def schema(self) -> pa.Schema:
        """The table's columns."""
        return self._table.schema

    @property
    def num_rows(self) -> int:
        """The table's number of rows."""
        return int(self._table.num_rows)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, only the named columns if any are named."""
        table = self._table if columns is None else self._table.select(list(columns))
        yield from table.to_batches(max_chunksize=BATCH_ROWS)


class EachRowItself(Sequence[Sequence[int]]):
    """The origins of rows that were neither moved nor made: row 0 comes from row 0, and so on."""

    def __init__(self, num_rows: int) -> None:
        self._num_rows = num_rows

    def __len__(self) -> int:
        return self._num_rows

    @overload
    def __getitem__(self, index: int) -> Sequence[int]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[int]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[int] | Sequence[Sequence[int]]:
        positions = range(self._num_rows)[index]
        return (positions,) if isinstance(positions, int) else [(position,) for position in positions]


class MemoryOutput:
    """An output whose rows are given per split. Unless said otherwise every row is its own origin."""

    def __init__(
        self,
        splits: Mapping[str, Content],
        *,
        source: Content | None = None,
        origins: Sequence[Sequence[int]] | None = None,
        formats: Collection[str] = ("parquet",),
    ) -> None:
        self.splits: dict[str, Rows] = {name: _rows(content) for name, content in splits.items()}
        self.rows: Rows = ChainedRows(list(self.splits.values()))
        self.source: Rows = self.rows if source is None else _rows(source)
        self.origins: Sequence[Sequence[int]] = EachRowItself(self.rows.num_rows) if origins is None else origins
        self.formats = set(formats)


def output_of(content: Content, **settings: Any) -> MemoryOutput:
    """Return an output with the one split ``train``; ``settings`` are those of ``MemoryOutput``."""
    return MemoryOutput({"train": content}, **settings)


def _rows(content: Content) -> Rows:
    if isinstance(content, pa.Table):
        return MemoryRows(content)
    if isinstance(content, Mapping):
        return MemoryRows(pa.table({name: _array(values) for name, values in content.items()}))
    return content


def _array(values: Sequence[Any] | pa.Array) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(list(values))
