"""One table after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from ...engine.context import Context
from ...engine.declare import dataset_operator
from ...engine.operator import DatasetOperator, DatasetResult, DerivedRows, Example, Params, Table
from .schemas import cast_to, common_schema


@dataset_operator(
    name="concat_tables",
    kind="refine",
    phase="ingest",
    tables_in=("first", "second"),
    example=Example(
        rows=[
            {"__table__": "first", "text": "a", "id": 1},
            {"__table__": "second", "text": "b", "source": "web"},
        ],
        becomes=[{"text": "a", "id": 1, "source": None}, {"text": "b", "id": None, "source": "web"}],
    ),
    use_for=("put two data sets together", "append rows of another file", "merge sources into one table"),
    not_for=("matching rows by a key", "removing duplicates between tables"),
    aliases=("concatenate", "union", "append tables", "stack"),
)
class ConcatTables(DatasetOperator):
    """Puts the rows of the second table after those of the first.

    Has the columns of the first table, then those that only the second has; what a table lacks is null. Columns of one
    name must have types that fit together (integers become numbers where need be), else ``UserError``.
    """

    Params = Params

    def run(self, tables: Mapping[str, Table], context: Context) -> DatasetResult:
        """Return the rows of both tables, each with itself as its parent."""
        inputs = {name: tables[name] for name in ("first", "second")}
        return DatasetResult({"rows": _rows(inputs, common_schema(table.schema for table in inputs.values()))})


def _rows(inputs: Mapping[str, Table], schema: pa.Schema) -> Iterator[DerivedRows]:
    yield DerivedRows(pa.RecordBatch.from_pylist([], schema=schema), [])
    for name, table in inputs.items():
        start = 0
        for batch in table.batches(table.schema.names):
            parents = [[(name, start + position)] for position in range(batch.num_rows)]
            yield DerivedRows(_widened(batch, schema), parents)
            start += batch.num_rows


def _widened(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    present = set(batch.schema.names)
    columns = [
        cast_to(batch.column(field.name), field) if field.name in present else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
