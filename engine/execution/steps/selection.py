"""Dataset steps that choose, order or annotate rows. What they hold in memory is a few bytes per row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from ...columns import HIDDEN, ROW_ID
from ...context import Context
from ...errors import LedgerImbalanceError
from ...operator import Operator, Params, Selection, SelectionOperator
from ...pipeline import Step
from ..stages.spill import BoundTable, Positions, SpilledTable
from .external_order import in_order
from .outcome import named, without
from .written_columns import type_of_written

Drop: TypeAlias = Callable[[str, str], None]
"""Called with the row and the reason for every row that the step drops, in the order of the rows."""

_TAKE_ROWS = 4096


def select_rows(
    step: Step, operator: Operator, params: Params, table: SpilledTable, context: Context, drop: Drop, scratch: Path
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Run a ``SelectionOperator`` and return the schema and the rows of its result; drops are reported as rows pass.

    ``scratch`` is a file that may be written while rows are put in order.

    Raises ``LedgerImbalanceError`` for a selection that does not decide on every row exactly once.
    """
    chosen: SelectionOperator = operator.implementation(params)
    bind = {name: step.bind.get(name, name) for name in operator.reads}
    selection = chosen.select(BoundTable(table, bind), context)
    dropped = np.sort(np.fromiter(selection.drop, dtype=np.int64, count=len(selection.drop)))
    _assert_complete(step, selection, dropped, table.num_rows)
    schema, writes = _written(step, operator, table.full_schema, selection)
    if selection.order is None:
        return schema, _in_place(table, schema, selection, dropped, writes, drop)
    return schema, _reordered(table, schema, selection, dropped, writes, drop, scratch)


def _assert_complete(step: Step, selection: Selection, dropped: Positions, rows: int) -> None:
    """Every row is dropped or kept, none is both, and every written column has a value for each."""
    kept = selection.order if selection.order is not None else np.empty(0, dtype=np.int64)
    named_rows = np.concatenate([dropped, np.asarray(kept, dtype=np.int64)])
    if len(named_rows) and (named_rows.min() < 0 or named_rows.max() >= rows):
        raise LedgerImbalanceError(f"Step `{step.id}` selects a position outside its {rows:,} rows.")
    times = np.bincount(named_rows, minlength=rows)
    if (times > 1).any() or (selection.order is not None and (times != 1).any()):
        raise LedgerImbalanceError(
            f"Step `{step.id}` ordered {len(kept):,} rows and dropped {len(dropped):,}, which are not its {rows:,} rows."
        )
    short = [name for name, values in selection.writes.items() if len(values) != rows]
    if short:
        raise LedgerImbalanceError(f"Step `{step.id}` wrote {short[0]} for another number of rows than {rows:,}.")


def _written(
    step: Step, operator: Operator, schema: pa.Schema, selection: Selection
) -> tuple[pa.Schema, dict[str, pa.Array]]:
    """The schema after the step, and the written values by the column that they go to."""
    writes = {}
    for name, values in selection.writes.items():
        column = step.write.get(name, step.bind.get(name, name))
        if column in HIDDEN:
            raise LedgerImbalanceError(f"Step `{step.id}` may not write the column `{column}`.")
        array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        array = array.cast(type_of_written(operator.writes.get(name, "any"), array.type))
        field = pa.field(column, array.type)
        index = schema.get_field_index(column)
        schema = schema.append(field) if index < 0 else schema.set(index, field)
        writes[column] = array
    return schema, writes


def _in_place(
    table: SpilledTable,
    schema: pa.Schema,
    selection: Selection,
    dropped: Positions,
    writes: Mapping[str, pa.Array],
    drop: Drop,
) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in table.full_batches():
        first, last = np.searchsorted(dropped, [start, start + batch.num_rows])
        gone = {position - start: selection.drop[position] for position in dropped[first:last].tolist()}
        for row, reason in named(batch, gone):
            drop(row, reason)
        made = _joined(batch, schema, {name: array.slice(start, batch.num_rows) for name, array in writes.items()})
        start += batch.num_rows
        yield without(made, gone) if gone else made


def _reordered(
    table: SpilledTable,
    schema: pa.Schema,
    selection: Selection,
    dropped: Positions,
    writes: Mapping[str, pa.Array],
    drop: Drop,
    scratch: Path,
) -> Iterator[pa.RecordBatch]:
    for positions in _pieces(dropped, _TAKE_ROWS):
        rows = table.take(positions, [ROW_ID]).column(ROW_ID).to_pylist()
        for row, position in zip(rows, positions.tolist(), strict=True):
            drop(row, selection.drop[position])
    order, start = np.asarray(selection.order, dtype=np.int64), 0
    for batch in in_order(table, order, scratch):
        positions = pa.array(order[start : start + batch.num_rows])
        start += batch.num_rows
        yield _joined(batch, schema, {name: array.take(positions) for name, array in writes.items()})


def _pieces(positions: Positions, size: int) -> Iterator[Positions]:
    for start in range(0, len(positions), size):
        yield positions[start : start + size]


def _joined(batch: pa.RecordBatch, schema: pa.Schema, writes: Mapping[str, pa.Array]) -> pa.RecordBatch:
    columns = [writes[name] if name in writes else batch.column(name) for name in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
