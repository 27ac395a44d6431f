"""Dataset steps: operators that must see all rows. Their input is on disk; what they hold in memory is small per row."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pyarrow as pa

from ..columns import ROW_ID, arrow_of_type
from ..context import Context
from ..errors import LedgerImbalanceError
from ..operator import DatasetOperator, DatasetResult, Operator, Params, Selection, SelectionOperator
from ..pipeline import Step
from .spill import BoundTable, SpilledTable

Drop = Callable[[str, str], None]
"""Called with the row and the reason for every row that the step drops."""

_TAKE_ROWS = 4096


def select_rows(
    step: Step, operator: Operator, params: Params, table: SpilledTable, context: Context, drop: Drop
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Run a ``SelectionOperator`` and return the schema and the rows of its result; drops are reported as rows pass."""
    chosen: SelectionOperator = operator.implementation(params)
    bind = {name: step.bind.get(name, name) for name in operator.reads}
    selection = chosen.select(BoundTable(table, bind), context)
    schema, writes = _written_columns(step, operator, table, selection)
    if selection.order is None:
        return schema, _in_place(table, schema, selection, writes, drop)
    return schema, _reordered(table, schema, selection, writes, drop)


def derive_rows(
    operator: Operator,
    params: Params,
    tables: Mapping[str, SpilledTable],
    context: Context,
    parents: dict[str, tuple[str, ...]],
    drop: Drop,
) -> dict[str, Iterator[pa.RecordBatch]]:
    """Run a ``DatasetOperator``; ``parents`` gets each new row's parents, input rows without a child are reported last."""
    made: DatasetOperator = operator.implementation(params)
    ids = {name: np.array(_ids(table), dtype=object) for name, table in tables.items()}
    result = made.run({name: BoundTable(table, {}) for name, table in tables.items()}, context)
    used = {name: np.zeros(table.num_rows, dtype=bool) for name, table in tables.items()}
    children: dict[str, int] = {}

    def rows_of(name: str) -> Iterator[pa.RecordBatch]:
        for batch, origins in result.tables[name]:
            row_ids = []
            for origin in origins:
                if not origin:
                    raise LedgerImbalanceError(f"`{operator.name}` made a row that names no parent.")
                family = tuple(ids[table][position] for table, position in origin)
                for table, position in origin:
                    used[table][position] = True
                children[family[0]] = children.get(family[0], 0) + 1
                row_ids.append(f"{family[0]}/{children[family[0]]}")
                parents[row_ids[-1]] = family
            yield _with_ids(batch, row_ids)
        if name == last:
            _report_unused(ids, used, result, drop)

    last = list(result.tables)[-1]
    return {name: rows_of(name) for name in result.tables}


def _report_unused(
    ids: Mapping[str, np.ndarray], used: Mapping[str, np.ndarray], result: DatasetResult, drop: Drop
) -> None:
    for name, flags in used.items():
        for row in ids[name][~flags]:
            drop(row, result.unused_reason)


def _ids(table: SpilledTable) -> Iterator[str]:
    return list(itertools.chain.from_iterable(b.column(ROW_ID).to_pylist() for b in table.full_batches()))  # type: ignore[return-value]


def _with_ids(batch: pa.RecordBatch, row_ids: list[str]) -> pa.RecordBatch:
    columns = {ROW_ID: pa.array(row_ids, pa.string())}
    columns.update({name: batch.column(name) for name in batch.schema.names})
    return pa.RecordBatch.from_pydict(columns)


def _written_columns(
    step: Step, operator: Operator, table: SpilledTable, selection: Selection
) -> tuple[pa.Schema, dict[str, pa.Array]]:
    schema, writes = table.full_schema, {}
    for name, values in selection.writes.items():
        column = step.write.get(name, name)
        declared = operator.writes.get(name, "any")
        array = values.cast(arrow_of_type(declared) or values.type)
        index = schema.get_field_index(column)
        field = pa.field(column, array.type)
        schema = schema.append(field) if index < 0 else schema.set(index, field)
        writes[column] = array
    return schema, writes


def _in_place(
    table: SpilledTable, schema: pa.Schema, selection: Selection, writes: Mapping[str, pa.Array], drop: Drop
) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in table.full_batches():
        ids = batch.column(ROW_ID)
        positions = range(start, start + batch.num_rows)
        gone = {position: selection.drop[position] for position in positions if position in selection.drop}
        for position, reason in gone.items():
            drop(ids[position - start].as_py(), reason)
        made = _joined(batch, schema, {name: array.slice(start, batch.num_rows) for name, array in writes.items()})
        if gone:
            made = made.filter(pa.array([position not in gone for position in positions], pa.bool_()))
        start += batch.num_rows
        yield made


def _reordered(
    table: SpilledTable, schema: pa.Schema, selection: Selection, writes: Mapping[str, pa.Array], drop: Drop
) -> Iterator[pa.RecordBatch]:
    order = np.asarray(selection.order, dtype=np.int64)
    if len(order) + len(selection.drop) != table.num_rows or len(np.unique(order)) != len(order):
        raise LedgerImbalanceError(
            f"A selection ordered {len(order):,} rows and dropped {len(selection.drop):,} of {table.num_rows:,}."
        )
    for position, reason in sorted(selection.drop.items()):
        drop(table.take([position]).column(ROW_ID)[0].as_py(), reason)
    for start in range(0, len(order), _TAKE_ROWS):
        positions = order[start : start + _TAKE_ROWS]
        for batch in table.take(positions.tolist()).to_batches():
            taken = {name: array.take(pa.array(positions)) for name, array in writes.items()}
            yield _joined(batch, schema, taken)


def _joined(batch: pa.RecordBatch, schema: pa.Schema, writes: Mapping[str, pa.Array]) -> pa.RecordBatch:
    columns = [writes[name] if name in writes else batch.column(name) for name in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
