"""Calls of a value-form operator on the columns, or the values nested in them, that its step binds."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...columns import ColumnType, arrow_of_type
from ...context import Context
from ...nesting import ColumnPath
from ...operator import Drop, Operator, Params
from ...pipeline import Step
from ...row_bindings import row_bindings
from ..segments.coroutines import Coroutines, contained
from .outcome import MISSING, Failure, failure_of


class BoundCalls:
    """Gives one answer per row: what the operator returned, or a ``Failure``.

    Where the step binds a path through a list, such as ``messages[].content``, the answer is the list of the answers for
    its values. Null is answered without a call, unless the operator handles it: null, a drop, or no children. An operator
    over a ``Row`` is called for every row; a path through a list then leads to the list of its values.
    """

    def __init__(
        self, step: Step, operator: Operator, params: Params, columns: Sequence[str], context: Context, loop: Coroutines
    ) -> None:
        self._operator = operator
        self._arguments = params.arguments() | ({"context": context} if operator.takes_context else {})
        self._loop = loop
        self.types = operator.written_types(params)
        """What is known of the types of written columns."""
        self.paths = [ColumnPath.parse(step.bind.get(name, name), columns) for name in operator.reads]
        fields = row_bindings(step, operator, params, columns) if operator.takes_row else {}
        self._row = {name: ColumnPath.parse(text, columns) for name, text in fields.items()}
        self._not_null = [position for position, name in enumerate(operator.reads) if name not in operator.nullable]
        self._for_null: Any = {"filter": Drop(MISSING), "expand": []}.get(operator.rows)

    @property
    def through_lists(self) -> bool:
        """Whether one row holds several values."""
        return len(self.paths) == 1 and self.paths[0].has_lists

    def columnar_answers(self, batch: pa.RecordBatch) -> pa.Array | None:
        """Return the answers as one array, a filter's as the reasons for drops, if the operator can give them so here."""
        columnar = self._operator.columnar
        if columnar is None or any(path.parts for path in self.paths):
            return None
        arrays = [batch.column(path.column) for path in self.paths]
        if not all(map(_is_declared, self._operator.reads.values(), arrays)):
            return None
        answers = columnar(*arrays, **self._arguments)
        if answers is None or not self._not_null:
            return answers
        missing = functools.reduce(pc.or_, (arrays[read].is_null() for read in self._not_null))
        for_null = MISSING if self._operator.rows == "filter" else None
        return pc.if_else(missing, pa.scalar(for_null, answers.type), answers)

    def answers(self, batch: pa.RecordBatch) -> list[Any]:
        """Return one answer per row of ``batch``."""
        if self._operator.takes_row:
            return self._called([self._rows(batch)])
        cells = [batch.column(path.column).to_pylist() for path in self.paths]
        if self.through_lists:
            return self._over_lists(cells[0], self.paths[0])
        return self._called([_ends(values, path) for values, path in zip(cells, self.paths, strict=True)])

    def _rows(self, batch: pa.RecordBatch) -> list[dict[str, Any]]:
        fields = {name: _field(batch.column(path.column).to_pylist(), path) for name, path in self._row.items()}
        return [{name: values[position] for name, values in fields.items()} for position in range(batch.num_rows)]

    def _over_lists(self, cells: list[Any], path: ColumnPath) -> list[Any]:
        values = [list(path.values(cell)) for cell in cells]
        answers = iter(self._called([[value for row in values for value in row]]))
        grouped = [_row_answer([next(answers) for _ in row]) for row in values]
        if self._not_null:
            return [self._for_null if cell is None else answer for cell, answer in zip(cells, grouped, strict=True)]
        return grouped

    def _called(self, columns: list[list[Any]]) -> list[Any]:
        skipped = {i for read in self._not_null for i, value in enumerate(columns[read]) if value is None}
        rows = zip(*columns, strict=True)
        if self._operator.is_async:
            return self._loop.run(self._gathered(list(rows), skipped))
        call, arguments = self._operator.implementation, self._arguments
        answers: list[Any] = []
        for position, row in enumerate(rows):
            if position in skipped:
                answers.append(self._for_null)
                continue
            try:
                answers.append(call(*row, **arguments))
            except BaseException as error:  # of any kind: an operator may call `sys.exit`
                answers.append(failure_of(error))
        return answers

    async def _gathered(self, rows: list[tuple[Any, ...]], skipped: set[int]) -> list[Any]:
        call, arguments = self._operator.implementation, self._arguments
        wanted = [position for position in range(len(rows)) if position not in skipped]
        returned = await asyncio.gather(
            *(contained(call, *rows[position], **arguments) for position in wanted), return_exceptions=True
        )
        answers = [self._for_null] * len(rows)
        for position, answer in zip(wanted, returned, strict=True):
            answers[position] = failure_of(answer) if isinstance(answer, BaseException) else answer
        return answers


def _is_declared(declared: ColumnType, array: pa.Array) -> bool:
    """Whether an array is of the one type that stands for a declared scalar; for other types there is no such type."""
    return declared == "any" or bool(array.type == arrow_of_type(declared))


def _ends(cells: list[Any], path: ColumnPath) -> list[Any]:
    return [next(path.values(cell), None) for cell in cells] if path.parts else cells


def _field(cells: list[Any], path: ColumnPath) -> list[Any]:
    if not path.has_lists:
        return _ends(cells, path)
    return [None if cell is None else list(path.values(cell)) for cell in cells]


def _row_answer(answers: list[Any]) -> Any:
    return next((answer for answer in answers if isinstance(answer, Failure)), answers)
