"""Row-local steps: value and frame operators applied to one batch at a time.

The result for a row never depends on which batch it came in. A row whose value cannot be computed is quarantined alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import orjson
import pyarrow as pa

from ..columns import ROW_ID, ColumnType, arrow_of_type
from ..context import Context
from ..nesting import ColumnPath
from ..operator import Drop, Operator, Params
from ..pipeline import Step

MISSING = "missing_value"
NO_CHILDREN = "no_children"


class StepOutcome(NamedTuple):
    """What became of a batch: its output rows, and the (row, reason) and (row, error) of those that went no further."""

    batch: pa.RecordBatch
    parents: int
    dropped: list[tuple[str, str]]
    quarantined: list[tuple[str, str]]


class RowStep(Protocol):
    """A step that can be applied to one batch after another."""

    schema: pa.Schema

    def apply(self, batch: pa.RecordBatch) -> StepOutcome:
        """Return what became of the rows of ``batch``."""
        ...


class Failure(NamedTuple):
    """The error of one row, in the place of its value."""

    error: str


class ValueStep:
    """A value-form operator: called once per row (or per nested value), its errors kept to that row."""

    def __init__(self, step: Step, operator: Operator, params: Params, schema: pa.Schema, context: Context) -> None:
        self._operator = operator
        self._paths = [ColumnPath.parse(step.bind.get(name, name)) for name in operator.reads]
        self._skips_null = [name not in operator.nullable for name in operator.reads]
        self._arguments = params.arguments() | ({"context": context} if operator.takes_context else {})
        self._input = schema
        self._targets = [step.write.get(name, step.bind.get(name, name)) for name in operator.writes]
        self.schema = schema
        for target, declared in zip(self._targets, operator.writes.values(), strict=True):
            dtype = self._type_of(ColumnPath.parse(target), declared)
            self.schema = _with_field(self.schema, pa.field(ColumnPath.parse(target).column, dtype))

    def apply(self, batch: pa.RecordBatch) -> StepOutcome:
        """Return what became of the rows of ``batch``."""
        ids: list[str] = batch.column(ROW_ID).to_pylist()
        results = self._results(batch)
        if self._operator.rows == "filter":
            return _filtered(batch, ids, results)
        if self._operator.rows == "expand":
            return self._expanded(batch, ids, results)
        return self._written(batch, ids, results)

    def _results(self, batch: pa.RecordBatch) -> list[Any]:
        cells = [batch.column(path.column).to_pylist() for path in self._paths]
        if len(cells) == 1:
            return self._over_one_column(cells[0], self._paths[0])
        rows = [
            tuple(next(path.values(cell), None) for path, cell in zip(self._paths, row, strict=True))
            for row in zip(*cells, strict=True)
        ]
        return self._call_all(rows)

    def _over_one_column(self, cells: list[Any], path: ColumnPath) -> list[Any]:
        if not path.has_lists:
            return self._call_all(
                [(next(path.values(cell), None),) for cell in cells] if path.parts else [(c,) for c in cells]
            )
        flat = [list(path.values(cell)) for cell in cells]
        answers = iter(self._call_all([(value,) for values in flat for value in values]))
        return [_joined([next(answers) for _ in values], self._operator.rows) for values in flat]

    def _call_all(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        if self._operator.is_async:
            return asyncio.run(self._gather(rows))
        call, arguments = self._operator.implementation, self._arguments
        results: list[Any] = []
        for row in rows:
            if self._is_skipped(row):
                results.append(self._for_null())
                continue
            try:
                results.append(call(*row, **arguments))
            except Exception as error:
                results.append(Failure(_explain(error)))
        return results

    async def _gather(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        async def one(row: tuple[Any, ...]) -> Any:
            return (
                self._for_null()
                if self._is_skipped(row)
                else await self._operator.implementation(*row, **self._arguments)
            )

        answers = await asyncio.gather(*(one(row) for row in rows), return_exceptions=True)
        return [Failure(_explain(a)) if isinstance(a, Exception) else a for a in answers]

    def _is_skipped(self, row: tuple[Any, ...]) -> bool:
        return any(value is None and skips for value, skips in zip(row, self._skips_null, strict=True))

    def _for_null(self) -> Any:
        return Drop(MISSING) if self._operator.rows == "filter" else [] if self._operator.rows == "expand" else None

    def _written(self, batch: pa.RecordBatch, ids: list[str], results: list[Any]) -> StepOutcome:
        """Write each result into its column; several written columns come as a tuple."""
        failed = {i: r.error for i, r in enumerate(results) if isinstance(r, Failure)}
        for index, target in enumerate(self._targets):
            path = ColumnPath.parse(target)
            dtype = self.schema.field(path.column).type
            values = [_pick(r, index, len(self._targets)) for r in results]
            if path.parts:
                values = self._put_back(batch.column(path.column).to_pylist(), path, values)
            array, wrong = array_of(values, dtype, failed)
            failed.update(wrong)
            batch = _with_column(batch, path.column, array)
        return _without_failed(batch.cast(self.schema), ids, failed)

    def _put_back(self, cells: list[Any], path: ColumnPath, values: list[Any]) -> list[Any]:
        changed = []
        for cell, value in zip(cells, values, strict=True):
            answers = iter(value if path.has_lists and isinstance(value, list) else [value])
            changed.append(path.replaced(cell, lambda _old, answers=answers: next(answers, None)))  # type: ignore[misc]
        return changed

    def _expanded(self, batch: pa.RecordBatch, ids: list[str], results: list[Any]) -> StepOutcome:
        failed = {i: r.error for i, r in enumerate(results) if isinstance(r, Failure)}
        dropped = [(ids[i], NO_CHILDREN) for i, r in enumerate(results) if i not in failed and not r]
        target = self._targets[0]
        arrays, parents = [], []
        for position, result in enumerate(results):
            if position in failed or not result:
                continue
            array, wrong = array_of(list(result), self.schema.field(target).type, {})
            if wrong:
                failed[position] = next(iter(wrong.values()))
                continue
            arrays.append(array)
            parents.append((position, len(result)))
        positions = [p for p, n in parents for _ in range(n)]
        children = [f"{ids[p]}/{k}" for p, n in parents for k in range(1, n + 1)]
        made = batch.take(pa.array(positions, pa.int64()))
        column = pa.concat_arrays(arrays) if arrays else pa.array([], self.schema.field(target).type)
        made = _with_column(_with_column(made, target, column), ROW_ID, pa.array(children, pa.string()))
        return StepOutcome(
            made.cast(self.schema), len(parents), dropped, [(ids[i], e) for i, e in sorted(failed.items())]
        )

    def _type_of(self, path: ColumnPath, declared: ColumnType) -> pa.DataType:
        """The Arrow type of a written column, decided before the first row so that batches cannot disagree."""
        index = self._input.get_field_index(path.column)
        current = self._input.field(index).type if index >= 0 else None
        if path.parts and current is not None:
            return current
        scalar = arrow_of_type(declared)
        if scalar is None and declared == "any" and current is not None:
            scalar = current.value_type if self._operator.rows == "expand" and pa.types.is_list(current) else current
        if scalar is None:
            scalar = pa.list_(pa.string()) if declared == "list" else pa.string()
        nested = self._operator.kind == "evaluate" and any(p.has_lists for p in self._paths)
        return pa.list_(scalar) if nested else scalar


class FrameStep:
    """A frame-form operator: called once per batch; when it fails, once per row, to find the row at fault."""

    def __init__(self, step: Step, operator: Operator, params: Params, schema: pa.Schema, context: Context) -> None:
        self._operator = operator
        self._bind = {name: step.bind.get(name, name) for name in operator.reads}
        self._write = {name: step.write.get(name, self._bind.get(name, name)) for name in operator.writes}
        self._arguments = params.arguments() | ({"context": context} if operator.takes_context else {})
        self.schema = schema
        if operator.rows != "filter":
            empty = pa.RecordBatch.from_pylist([], schema=schema)
            self.schema = self._applied(empty).schema

    def apply(self, batch: pa.RecordBatch) -> StepOutcome:
        """Return what became of the rows of ``batch``."""
        ids: list[str] = batch.column(ROW_ID).to_pylist()
        if self._operator.rows == "filter":
            return _filtered(batch, ids, self._guarded(batch, self._reasons))
        pieces = self._guarded(batch, lambda part: [self._applied(part).cast(self.schema)])
        failed = {i: p.error for i, p in enumerate(pieces) if isinstance(p, Failure)}
        kept = [p for p in pieces if not isinstance(p, Failure)]
        table = pa.Table.from_batches(kept, self.schema).combine_chunks()
        made = table.to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], schema=self.schema)
        return StepOutcome(made, made.num_rows, [], [(ids[i], e) for i, e in failed.items()])

    def _guarded(self, batch: pa.RecordBatch, call: Callable[[pa.RecordBatch], list[Any]]) -> list[Any]:
        try:
            return call(batch)
        except Exception:
            results: list[Any] = []
            for position in range(batch.num_rows):
                try:
                    results.extend(call(batch.slice(position, 1)))
                except Exception as error:
                    results.append(Failure(_explain(error)))
            return results

    def _called(self, batch: pa.RecordBatch) -> Any:
        table = pa.Table.from_batches([batch])
        if self._operator.whole_frame:
            table = table.drop_columns([ROW_ID])
        else:
            table = table.select(list(self._bind.values())).rename_columns(list(self._bind))
        return self._operator.implementation(_to_frame(table, self._operator.frame_type), **self._arguments)

    def _reasons(self, batch: pa.RecordBatch) -> list[Any]:
        answer = self._called(batch)
        reasons = answer.to_pylist() if isinstance(answer, pa.Array | pa.ChunkedArray) else list(answer)
        if len(reasons) != batch.num_rows:
            raise TypeError(f"`{self._operator.name}` answered {len(reasons)} reasons for {batch.num_rows} rows")
        return [Drop(reason) if isinstance(reason, str) else None for reason in reasons]

    def _applied(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        made = _from_frame(self._called(batch))
        if made.num_rows != batch.num_rows:
            raise TypeError(f"`{self._operator.name}` gave {made.num_rows} rows for {batch.num_rows}")
        if self._operator.whole_frame:
            columns = {ROW_ID: batch.column(ROW_ID), **{name: made.column(name) for name in made.schema.names}}
            return pa.RecordBatch.from_pydict(columns)
        for name, column in self._write.items():
            batch = _with_column(batch, column, made.column(name))
        return batch


def array_of(values: list[Any], dtype: pa.DataType, failed: dict[int, str]) -> tuple[pa.Array, dict[int, str]]:
    """Return the values as an array of ``dtype``, null where they failed or do not fit, and the errors of the latter."""
    prepared = [None if i in failed else _jsonable(v, dtype) for i, v in enumerate(values)]
    try:
        return pa.array(prepared, dtype), {}
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        wrong: dict[int, str] = {}
        for i, value in enumerate(prepared):
            try:
                pa.array([value], dtype)
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError) as error:
                wrong[i] = f"the operator's result does not fit its declared type {dtype}: {error}"
                prepared[i] = None
        return pa.array(prepared, dtype), wrong


def _jsonable(value: Any, dtype: pa.DataType) -> Any:
    """Lists and structs that are carried in a text column become JSON text."""
    if pa.types.is_string(dtype) and isinstance(value, list | dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return value


def _joined(answers: list[Any], rows: str) -> Any:
    """The answers for the nested values of one row as the answer for the row."""
    failure = next((answer for answer in answers if isinstance(answer, Failure)), None)
    if failure is not None:
        return failure
    if rows == "filter":
        return next((answer for answer in answers if answer is not None), None)
    return answers


def _filtered(batch: pa.RecordBatch, ids: list[str], results: list[Any]) -> StepOutcome:
    dropped = [(ids[i], r.reason) for i, r in enumerate(results) if isinstance(r, Drop)]
    quarantined = [
        (ids[i], r.error if isinstance(r, Failure) else f"a filter answers None or Drop(reason), not {r!r}"[:500])
        for i, r in enumerate(results)
        if r is not None and not isinstance(r, Drop)
    ]
    if not dropped and not quarantined:
        return StepOutcome(batch, batch.num_rows, [], [])
    kept = batch.filter(pa.array([r is None for r in results], pa.bool_()))
    return StepOutcome(kept, kept.num_rows, dropped, quarantined)


def _without_failed(batch: pa.RecordBatch, ids: list[str], failed: dict[int, str]) -> StepOutcome:
    if failed:
        batch = batch.filter(pa.array([i not in failed for i in range(batch.num_rows)], pa.bool_()))
    return StepOutcome(batch, batch.num_rows, [], [(ids[i], error) for i, error in sorted(failed.items())])


def _pick(result: Any, index: int, count: int) -> Any:
    return result if count == 1 or result is None or isinstance(result, Failure) else result[index]


def _with_field(schema: pa.Schema, field: pa.Field) -> pa.Schema:
    index = schema.get_field_index(field.name)
    return schema.append(field) if index < 0 else schema.set(index, field)


def _with_column(batch: pa.RecordBatch, name: str, array: pa.Array) -> pa.RecordBatch:
    index = batch.schema.get_field_index(name)
    field = pa.field(name, array.type)
    return batch.append_column(field, array) if index < 0 else batch.set_column(index, field, array)


def _to_frame(table: pa.Table, frame_type: str | None) -> Any:
    if frame_type == "pandas":
        import pandas as pd

        return table.to_pandas(types_mapper=pd.ArrowDtype)
    if frame_type == "polars":
        import polars as pl

        return pl.from_arrow(table)
    return table


def _from_frame(frame: Any) -> pa.RecordBatch:
    if isinstance(frame, pa.Table):
        table = frame
    elif hasattr(frame, "to_arrow"):
        table = frame.to_arrow()
    else:
        table = pa.Table.from_pandas(frame, preserve_index=False)
    plain = pa.schema([field.with_type(_plain(field.type)) for field in table.schema])
    table = table.cast(plain).combine_chunks()
    return table.to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], schema=plain)


def _plain(dtype: pa.DataType) -> pa.DataType:
    """Large and view strings, as polars gives them, as plain strings."""
    if pa.types.is_large_string(dtype) or pa.types.is_string_view(dtype):
        return pa.string()
    if pa.types.is_large_list(dtype):
        return pa.list_(_plain(dtype.value_type))
    return dtype


def _explain(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:500]
