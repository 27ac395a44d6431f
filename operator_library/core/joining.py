"""Match the rows of two tables by key columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field

from ...engine.context import Context
from ...engine.declare import dataset_operator
from ...engine.errors import UserError
from ...engine.operator import DatasetOperator, DatasetResult, DerivedRows, Example, Params, Table
from .column_names import DistinctColumns, require_columns
from .key_matching import KeyIndex
from .randomness import Positions
from .row_store import stored
from .schemas import common_schema


class JoinTablesParams(Params):
    """Parameters of ``join_tables``."""

    on: Annotated[DistinctColumns, Field(description="Key columns, of one name in both tables.", min_length=1)]
    how: Annotated[
        Literal["inner", "left"], Field(description="Whether left rows without a match are dropped or kept.")
    ] = "inner"
    suffix: Annotated[
        str, Field(description="Added to the name of a right column that the left table has too.", min_length=1)
    ] = "_right"


@dataset_operator(
    name="join_tables",
    kind="refine",
    phase="ingest",
    tables_in=("left", "right"),
    example=Example(
        rows=[
            {"__table__": "left", "id": 1, "question": "2+2?"},
            {"__table__": "left", "id": 2, "question": "3+3?"},
            {"__table__": "right", "id": 1, "answer": "4"},
        ],
        params={"on": ["id"], "how": "left"},
        becomes=[{"id": 1, "question": "2+2?", "answer": "4"}, {"id": 2, "question": "3+3?", "answer": None}],
    ),
    use_for=("add columns from another table", "match rows by an id", "look up metadata by key"),
    not_for=("putting tables one after another", "matching texts that are only similar"),
    aliases=("join", "merge on key", "look up", "vlookup"),
)
class JoinTables(DatasetOperator):
    """Joins each left row with every right row that has the same values in the key columns ``on``.

    Rows come in the order of the left table, and for one left row in the order of the right; right columns follow the
    left ones. Null keys match nothing. ``left`` keeps unmatched left rows with nulls; any other unmatched row is
    reported as ``no_match``. The right table is spilled to disk and 24 bytes of each of its rows are held. Raises
    ``UserError`` for a missing key column, keys of different types, and a column name that would occur twice.
    """

    Params = JoinTablesParams
    params: JoinTablesParams

    def run(self, tables: Mapping[str, Table], context: Context) -> DatasetResult:
        """Return the joined rows, each with the left row and, where there is one, the right row as parents."""
        left, right = tables["left"], tables["right"]
        require_columns(self.params.on, left.schema.names, "the left table")
        require_columns(self.params.on, right.schema.names, "the right table")
        return DatasetResult({"rows": self._rows(left, right, self._schema(left, right))}, unused_reason="no_match")

    def _added(self, right: Table) -> list[str]:
        return [name for name in right.schema.names if name not in self.params.on]

    def _schema(self, left: Table, right: Table) -> pa.Schema:
        fields = list(left.schema)
        for name in self._added(right):
            new = name + self.params.suffix if name in left.schema.names else name
            if new in (field.name for field in fields):
                raise UserError(f"Two columns would be called `{new}`.", fix="Choose another `suffix`.")
            fields.append(right.schema.field(name).with_name(new).with_nullable(True))
        return pa.schema(fields)

    def _rows(self, left: Table, right: Table, schema: pa.Schema) -> Iterator[DerivedRows]:
        yield DerivedRows(pa.RecordBatch.from_pylist([], schema=schema), [])
        on = self.params.on
        keys = common_schema(pa.schema([table.schema.field(name) for name in on]) for table in (left, right))
        index = KeyIndex(right.batches(on), keys)
        with stored(right, self._added(right)) as store:
            start = 0
            for batch in left.batches(left.schema.names):
                for lefts, rights in index.matches(batch, keep_unmatched=self.params.how == "left"):
                    columns = [*batch.select(left.schema.names).take(pa.array(lefts)).columns, *store.take(rights)]
                    made = pa.RecordBatch.from_arrays(columns, schema=schema)
                    yield DerivedRows(made, _parents(lefts + start, rights))
                start += batch.num_rows


def _parents(lefts: Positions, rights: Positions) -> list[list[tuple[str, int]]]:
    return [
        [("left", left), ("right", right)] if right >= 0 else [("left", left)]
        for left, right in zip(lefts.tolist(), rights.tolist(), strict=True)
    ]
