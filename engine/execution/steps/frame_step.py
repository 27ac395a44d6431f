"""Row-local steps of frame-form operators."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

from ...columns import HIDDEN, ColumnType, type_of_arrow
from ...context import Context
from ...errors import CorpusmithError, UserError
from ...operator import Drop, Operator, Params
from ...pipeline import Step
from ..segments.coroutines import Coroutines, contained
from .arrow_frames import from_frame, only_batch, reasons_of, to_frame
from .outcome import Failure, StepOutcome, failure_of, failures_among, named
from .value_steps import filtered
from .written_columns import type_of_written


class FrameStep:
    """Calls the operator once per batch and, when that fails, once per row, to find the rows at fault."""

    def __init__(
        self, step: Step, operator: Operator, params: Params, schema: pa.Schema, context: Context, loop: Coroutines
    ) -> None:
        self._operator = operator
        self._bind = {name: step.bind.get(name, name) for name in operator.reads}
        self._write = {name: step.write.get(name, self._bind.get(name, name)) for name in operator.writes}
        self._arguments = params.arguments() | ({"context": context} if operator.takes_context else {})
        self._loop = loop
        self._types = operator.written_types(params)
        self._before = schema
        self.schema = schema if operator.rows == "filter" else self._schema_after(step)

    def apply(self, batch: pa.RecordBatch) -> Iterator[StepOutcome]:
        """Yield what became of the rows of ``batch``."""
        if self._operator.rows == "filter":
            yield filtered(batch, self._guarded(batch, self._reasons))
            return
        pieces = self._guarded(batch, lambda rows: [self._applied(rows)])
        failed = failures_among(pieces)
        made = pa.Table.from_batches([piece for piece in pieces if not isinstance(piece, Failure)], self.schema)
        yield StepOutcome(only_batch(made), made.num_rows, [], named(batch, failed))

    def _guarded(self, batch: pa.RecordBatch, call: Callable[[pa.RecordBatch], list[Any]]) -> list[Any]:
        """What ``call`` gives for the batch or, when it fails, for each of its rows, with failures among it."""
        try:
            return call(batch)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # of any kind: an operator may call `sys.exit`
            failure = failure_of(error)
        if batch.num_rows == 1:
            return [failure]
        parts = (batch.slice(position, 1) for position in range(batch.num_rows))
        return [result for part in parts for result in self._guarded(part, call)]

    def _called(self, batch: pa.RecordBatch) -> Any:
        if self._operator.whole_frame:
            table = pa.Table.from_batches([batch.select(_visible(batch.schema))])
        else:
            columns = [batch.column(column) for column in self._bind.values()]
            table = pa.Table.from_arrays(columns, names=list(self._bind))
        call, frame = self._operator.implementation, to_frame(table, self._operator.frame_type)
        if self._operator.is_async:
            return self._loop.run(contained(call, frame, **self._arguments))
        return call(frame, **self._arguments)

    def _reasons(self, batch: pa.RecordBatch) -> list[Any]:
        reasons = reasons_of(self._called(batch))
        if len(reasons) != batch.num_rows:
            raise TypeError(f"the operator answered {len(reasons)} reasons for {batch.num_rows} rows")
        return [
            Drop(reason) if isinstance(reason, str) and not isinstance(reason, Drop) else reason for reason in reasons
        ]

    def _made(self, batch: pa.RecordBatch) -> pa.Table:
        made = from_frame(self._called(batch), self._operator.frame_type)
        if made.num_rows != batch.num_rows:
            raise TypeError(f"the operator gave {made.num_rows} rows for {batch.num_rows}")
        names = made.schema.names
        unusable = [name for name in names if name in HIDDEN or names.count(name) > 1]
        if unusable:
            raise TypeError(f"the operator gave the column `{unusable[0]}`, which is the engine's own or there twice")
        missing = [name for name in self._write if name not in names]
        if missing:
            raise TypeError(f"the operator gave no column `{missing[0]}`, which it declares to write")
        return made

    def _applied(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        made = self._made(batch)
        hidden = {name: batch.column(name) for name in batch.schema.names if name in HIDDEN}
        if self._operator.whole_frame:
            columns = {**hidden, **{name: made.column(name) for name in made.schema.names}}
        else:
            columns = {name: batch.column(name) for name in batch.schema.names}
            columns.update({column: made.column(name) for name, column in self._write.items()})
        if set(columns) != set(self.schema.names):
            raise TypeError(f"the operator gave the columns {made.schema.names}, unlike for other rows")
        arrays = [_as_declared(field, columns[field.name]) for field in self.schema]
        return only_batch(pa.Table.from_arrays(arrays, schema=self.schema))

    def _schema_after(self, step: Step) -> pa.Schema:
        """The columns after the step, decided before the first row so that batches cannot disagree."""
        if self._operator.whole_frame:
            hidden = [field for field in self._before if field.name in HIDDEN]
            made = self._of_no_rows(step).schema
            return pa.schema([*hidden, *(self._never_null(field) for field in made)])
        schema = self._before
        for name, column in self._write.items():
            field = pa.field(column, self._type_of(step, name, column))
            index = schema.get_field_index(column)
            schema = schema.append(field) if index < 0 else schema.set(index, field)
        return schema

    def _type_of(self, step: Step, name: str, column: str) -> pa.DataType:
        if name in self._types:
            return self._types[name]
        declared: ColumnType = self._operator.writes[name]
        index = self._before.get_field_index(self._bind.get(name, column))
        current = self._before.field(index).type if index >= 0 else None
        if declared in ("any", "list", "struct") and (
            current is None or declared not in ("any", type_of_arrow(current))
        ):
            made = self._of_no_rows(step).schema.field(name).type
            current = None if pa.types.is_null(made) else made
        return type_of_written(declared, current)

    def _of_no_rows(self, step: Step) -> pa.Table:
        """What the operator makes of a table without rows: its columns and their types."""
        try:
            return self._made(pa.RecordBatch.from_pylist([], schema=self._before))
        except CorpusmithError:
            raise
        except Exception as error:
            raise UserError(
                f"Step `{step.id}` cannot be prepared: `{self._operator.name}` fails on a table without rows.",
                f"{type(error).__name__}: {error}.",
                "Make the operator take an empty table; that is how its columns are found out.",
            ) from error

    def _never_null(self, field: pa.Field) -> pa.Field:
        if not pa.types.is_null(field.type):
            return field
        index = self._before.get_field_index(field.name)
        return self._before.field(index) if index >= 0 else field.with_type(pa.string())


def _visible(schema: pa.Schema) -> list[str]:
    return [name for name in schema.names if name not in HIDDEN]


def _as_declared(field: pa.Field, column: Any) -> Any:
    """The column in its decided type; raises for another type of value, which a cast would hide, and for what would be lost."""
    made, decided = type_of_arrow(column.type), type_of_arrow(field.type)
    if column.type.equals(field.type):
        return column
    if made != decided and {made, decided} != {"integer", "number"} and not pa.types.is_null(column.type):
        raise TypeError(f"column `{field.name}` is declared as {decided}, and the operator gave {made}")
    return column.cast(field.type)
