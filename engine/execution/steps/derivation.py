"""Dataset steps that make new rows of old ones, such as joins: identities, origins and the account of the input rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ...columns import HIDDEN, ORIGINS, ROW_ID
from ...context import Context
from ...errors import LedgerImbalanceError
from ...operator import DatasetOperator, DatasetResult, DerivedRows, Operator, Params
from ..lineage import origins_of
from ..stages.spill import BoundTable, SpilledTable
from .selection import Drop

_ASK_ROWS = 4096
_HIDDEN_FIELDS = [pa.field(ROW_ID, pa.string()), pa.field(ORIGINS, pa.list_(pa.string()))]


class Derivation:
    """The run of a ``DatasetOperator``: its new rows by table, and which input rows became a parent."""

    def __init__(
        self, operator: Operator, params: Params, tables: Mapping[str, SpilledTable], context: Context
    ) -> None:
        self._operator = operator
        self._tables = tables
        made: DatasetOperator = operator.implementation(params)
        self._result: DatasetResult = made.run({n: BoundTable(t, {}) for n, t in tables.items()}, context)
        if set(self._result.tables) != set(operator.tables_out):
            raise LedgerImbalanceError(
                f"`{operator.name}` made the tables {sorted(self._result.tables)}, not {sorted(operator.tables_out)}."
            )
        self._numbers = {name: number for number, name in enumerate(tables, start=1)}
        self._children = {name: np.zeros(table.num_rows, dtype=np.int64) for name, table in tables.items()}
        self._used = {name: np.zeros(table.num_rows, dtype=np.bool_) for name, table in tables.items()}

    def rows(self, name: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of one output table with their identities and origins."""
        for derived in self._result.tables[name]:
            yield self._identified(derived)

    @property
    def parents(self) -> int:
        """How many input rows have a child so far."""
        return sum(int(np.count_nonzero(used)) for used in self._used.values())

    def drop_unused(self, drop: Drop) -> None:
        """Report every input row without a child; call it when all rows of all tables were made."""
        for name, table in self._tables.items():
            start = 0
            for batch in table.full_batches():
                unused = np.flatnonzero(~self._used[name][start : start + batch.num_rows])
                for row in batch.column(ROW_ID).take(pa.array(unused)).to_pylist():
                    drop(row, self._result.unused_reason)
                start += batch.num_rows

    def _identified(self, derived: DerivedRows) -> pa.RecordBatch:
        batch, parents = derived
        self._assert_sound(batch, parents)
        known = self._known(parents)
        ids, origins = [], []
        for family in parents:
            ids.append(self._next_child(family[0], known[family[0]][0]))
            origins.append(list(dict.fromkeys(origin for parent in family for origin in known[parent][1])))
        columns = [pa.array(ids, pa.string()), pa.array(origins, _HIDDEN_FIELDS[1].type), *batch.columns]
        return pa.RecordBatch.from_arrays(columns, schema=pa.schema([*_HIDDEN_FIELDS, *batch.schema]))

    def _next_child(self, parent: tuple[str, int], row: str) -> str:
        """The identity of the next child of a row.

        A row may be in several input tables, of which each has the numbers of its own remainder: no two children agree.
        """
        table, position = parent
        born = int(self._children[table][position])
        self._children[table][position] += 1
        return f"{row}/{born * len(self._tables) + self._numbers[table]}"

    def _known(self, parents: Sequence[Sequence[tuple[str, int]]]) -> dict[tuple[str, int], tuple[str, list[str]]]:
        """The identity and the origins of every parent; marks them as used."""
        wanted: dict[str, dict[int, None]] = defaultdict(dict)
        for family in parents:
            for table, position in family:
                wanted[table][position] = None
        known: dict[tuple[str, int], tuple[str, list[str]]] = {}
        for name, positions in wanted.items():
            asked = list(positions)
            self._used[name][asked] = True
            for start in range(0, len(asked), _ASK_ROWS):
                some = asked[start : start + _ASK_ROWS]
                columns = [column for column in self._tables[name].full_schema.names if column in HIDDEN]
                rows = self._tables[name].take(some, columns)
                ids = rows.column(ROW_ID).to_pylist()
                known.update(zip(((name, p) for p in some), zip(ids, origins_of(rows), strict=True), strict=True))
        return known

    def _assert_sound(self, batch: pa.RecordBatch, parents: Sequence[Sequence[tuple[str, int]]]) -> None:
        if len(parents) != batch.num_rows:
            self._refuse(f"named the parents of {len(parents):,} rows for {batch.num_rows:,}")
        if HIDDEN.intersection(batch.schema.names):
            self._refuse("made a column that is the engine's own")
        for family in parents:
            if not family:
                self._refuse("made a row that names no parent")
            for table, position in family:
                if table not in self._tables or not 0 <= position < self._tables[table].num_rows:
                    self._refuse(f"named row {position} of table `{table}` as a parent, and there is none")

    def _refuse(self, what: str) -> Any:
        raise LedgerImbalanceError(f"`{self._operator.name}` {what}.")
