"""Tables in memory, for operators that see all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import pyarrow as pa
import pytest

from corpusmith.engine.context import Context
from corpusmith.engine.operator import Selection, SelectionOperator


class MemoryTable:
    """A ``Table`` whose rows come in batches of ``batch_rows``."""

    def __init__(self, content: pa.Table | Sequence[dict[str, Any]], batch_rows: int = 3) -> None:
        self._table = content if isinstance(content, pa.Table) else pa.Table.from_pylist(list(content))
        self._batch_rows = batch_rows

    @property
    def schema(self) -> pa.Schema:
        return self._table.schema

    @property
    def num_rows(self) -> int:
        return self._table.num_rows

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        named = self._table if columns is None else self._table.select(list(columns))
        yield from named.to_batches(max_chunksize=self._batch_rows)


TableMaker: TypeAlias = Callable[..., MemoryTable]
Selector: TypeAlias = Callable[..., Selection]


@pytest.fixture(scope="session")
def table_of() -> TableMaker:
    """Makes a table of rows, in small batches."""
    return MemoryTable


@pytest.fixture(scope="session")
def select() -> Selector:
    """Runs a ``SelectionOperator`` over rows: ``select(SampleRows, rows, count=2)``."""

    def run(
        kind: type[SelectionOperator],
        rows: pa.Table | Sequence[dict[str, Any]],
        *,
        context: Context | None = None,
        batch_rows: int = 3,
        **params: Any,
    ) -> Selection:
        chosen = kind(kind.operator.params(**params))
        return chosen.select(MemoryTable(rows, batch_rows), context or Context())

    return run
