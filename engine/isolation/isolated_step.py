"""A row-local step whose code runs behind a wall. The worker sees the columns that it reads, and no others."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from ..columns import HIDDEN, ROW_ID, accepts, type_of_arrow
from ..context import Context
from ..errors import UserError
from ..execution.steps.outcome import StepOutcome, named
from ..nesting import ColumnPath
from ..operator import Operator
from ..pipeline import Step
from .answers import LyingWorkerError, checked, merged
from .code import UnreadCode
from .isolated_worker import Caps, IsolatedWorker, LostWorkerError, services_wall
from .wall import Wall

_PATIENCE = 16
"""Workers that may be lost one after the other before the rest of a batch is given up."""


class IsolatedStep:
    """Applies code that nobody has read to batches.

    A worker that is lost or lies is replaced, and its batch asked again; rows that cost a second worker are found by
    halving the batch, and quarantined. So no row is ever lost, and none of those around it.
    """

    def __init__(
        self, step: Step, operator: Operator, schema: pa.Schema, context: Context, caps: Caps | None = None
    ) -> None:
        assert isinstance(operator.implementation, UnreadCode)
        self._code, self._operator = operator.implementation, operator
        self._step, self._context, self._caps = step, context, caps or Caps()
        self._wall: Wall = services_wall(context.services, step.id)
        self._lost_in_a_row = 0
        self._worker: IsolatedWorker | None = None
        self._sent = self._narrowed(schema)
        try:
            self._worker = self._started()
        except LostWorkerError as error:
            raise UserError(f"Step `{step.id}` cannot be prepared.", f"Its worker in the sandbox: {error}.") from error
        self._written = self._written_columns()
        self.schema = self._schema_after(schema)

    def apply(self, batch: pa.RecordBatch) -> Iterator[StepOutcome]:
        """Yield what became of the rows of ``batch``; see ``RowStep``."""
        self._lost_in_a_row = 0
        yield from self._answered(batch, retry=True)

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _answered(self, batch: pa.RecordBatch, *, retry: bool) -> Iterator[StepOutcome]:
        if self._lost_in_a_row >= _PATIENCE:
            yield self._given_up(batch, f"not tried: {_PATIENCE} workers were lost one after the other")
            return
        try:
            outcome = self._asked(batch)
        except (LostWorkerError, LyingWorkerError) as error:
            self._lost_in_a_row += 1
            self.close()
            if retry:
                yield from self._answered(batch, retry=False)
            elif batch.num_rows == 1:
                yield self._given_up(batch, f"the step's worker was lost over this row: {error}")
            else:
                half = batch.num_rows // 2
                yield from self._answered(batch.slice(0, half), retry=False)
                yield from self._answered(batch.slice(half), retry=False)
            return
        self._lost_in_a_row = 0
        yield outcome

    def _asked(self, batch: pa.RecordBatch) -> StepOutcome:
        if self._worker is None:
            self._worker = self._started()
        positions = pa.array([str(position) for position in range(batch.num_rows)], pa.string())
        columns = [positions, *(batch.column(name) for name in self._sent.names[1:])]
        ends, content = self._worker.ask(pa.RecordBatch.from_arrays(columns, schema=self._sent))
        most = batch.num_rows * (self._caps.children if self._operator.rows == "expand" else 1)
        answer = checked(ends, content, self._announced, batch.num_rows, self._operator.rows, most)
        return merged(batch, answer, self.schema, self._written, ROW_ID)

    def _given_up(self, batch: pa.RecordBatch, error: str) -> StepOutcome:
        nothing = pa.RecordBatch.from_pylist([], schema=self.schema)
        return StepOutcome(nothing, 0, [], named(batch, dict.fromkeys(range(batch.num_rows), error)))

    def _started(self) -> IsolatedWorker:
        worker = IsolatedWorker(self._wall, self._code.source, self._caps)
        try:
            if worker.declaration != self._code.declaration:
                raise LostWorkerError("the code declares something else than before")
            announced = worker.prepare(self._step, self._sent, self._context.seed, self._context.round)
            if not getattr(self, "_announced", announced).equals(announced):
                raise LostWorkerError("it announced other columns than before")
            self._announced: pa.Schema = announced
        except BaseException:
            worker.close()
            raise
        return worker

    def _narrowed(self, schema: pa.Schema) -> pa.Schema:
        """The columns that the worker gets: a position instead of the identity, and what the step reads."""
        names = [name for name in schema.names if name not in HIDDEN]
        if not self._operator.whole_frame:
            bound = [self._step.bind.get(name, name) for name in self._operator.reads]
            needed = {ColumnPath.parse(text, schema.names).column for text in bound}
            names = [name for name in names if name in needed]
        return pa.schema([pa.field(ROW_ID, pa.string()), *(schema.field(name) for name in names)])

    def _written_columns(self) -> list[str]:
        if self._operator.rows == "filter":
            return []
        if self._operator.whole_frame:
            return [name for name in self._announced.names if name not in HIDDEN]
        targets = (self._step.write.get(name, self._step.bind.get(name, name)) for name in self._operator.writes)
        return [ColumnPath.parse(text, self._sent.names).column for text in targets]

    def _schema_after(self, schema: pa.Schema) -> pa.Schema:
        """The table's columns after the step, by the types that the worker announced where they fit the declaration."""
        if self._announced.names[:1] != [ROW_ID] or self._announced.field(0).type != pa.string():
            raise UserError(
                f"Step `{self._step.id}` cannot be prepared.", "Its worker announced rows without identity."
            )
        if self._operator.whole_frame and self._operator.rows != "filter":
            hidden = [field for field in schema if field.name in HIDDEN]
            return pa.schema([*hidden, *(self._announced.field(name) for name in self._written)])
        for column in self._written:
            field = self._announced.field(column) if column in self._announced.names else None
            if field is None:
                raise UserError(
                    f"Step `{self._step.id}` cannot be prepared.", f"Its worker gives no column `{column}`."
                )
            index = schema.get_field_index(column)
            schema = schema.append(field) if index < 0 else schema.set(index, field)
        self._assert_declared_types()
        return schema

    def _assert_declared_types(self) -> None:
        paths = [ColumnPath.parse(self._step.bind.get(name, name), self._sent.names) for name in self._operator.reads]
        if any(path.parts for path in paths):
            return  # what is written then lies inside a column or in a list, and the column's own type holds it
        for name, declared in self._operator.writes.items():
            column = self._step.write.get(name, self._step.bind.get(name, name))
            given = self._announced.field(column).type
            if not accepts(declared, type_of_arrow(given)):
                raise UserError(
                    f"Step `{self._step.id}` cannot be prepared.",
                    f"`{self._operator.name}` declares {declared} for `{column}` and gives {given}.",
                )
