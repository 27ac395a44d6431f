"""Row-local steps of value-form operators: one value in, one answer out, its errors kept to its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from ...nesting import ColumnPath
from ...operator import Drop, Operator
from ...pipeline import Step
from .bound_calls import BoundCalls
from .outcome import Failure, StepOutcome, failures_among, named, shown, without, worded
from .written_columns import array_of, type_of_written


class Target(NamedTuple):
    """Where one of an operator's results goes: a column, or values nested in one."""

    path: ColumnPath
    type: pa.DataType
    """The type of the whole column."""


def targets_of(step: Step, operator: Operator, calls: BoundCalls, schema: pa.Schema) -> list[Target]:
    """Return the targets of a step, their types decided from the columns before it."""
    reads = dict(zip(operator.reads, calls.paths, strict=True))
    targets = []
    for name, declared in operator.writes.items():
        path = ColumnPath.parse(step.write.get(name, step.bind.get(name, name)), schema.names)
        if path.parts:
            targets.append(Target(path, schema.field(path.column).type))
            continue
        replaced = reads.get(name, path)
        known = schema.get_field_index(replaced.column) >= 0
        current = replaced.end_type(schema.field(replaced.column).type) if known else None
        written = type_of_written(declared, current, elements=operator.rows == "expand")
        dtype = calls.types.get(name, written)
        targets.append(Target(path, pa.list_(dtype) if calls.through_lists else dtype))
    return targets


def schema_after(schema: pa.Schema, targets: list[Target]) -> pa.Schema:
    """Return the schema with the targets' columns replaced or appended."""
    for target in targets:
        field = pa.field(target.path.column, target.type)
        index = schema.get_field_index(field.name)
        schema = schema.append(field) if index < 0 else schema.set(index, field)
    return schema


class MapStep:
    """Writes the answers into their columns; several written columns come as a tuple."""

    def __init__(self, calls: BoundCalls, targets: list[Target], schema: pa.Schema) -> None:
        self._calls = calls
        self._targets = targets
        self.schema = schema_after(schema, targets)

    def apply(self, batch: pa.RecordBatch) -> Iterator[StepOutcome]:
        """Yield the rows with their new values."""
        column = self._columnar(batch)
        if column is not None:
            made = self._with(batch, {self._targets[0].path.column: column})
            yield StepOutcome(made, made.num_rows, [], [])
            return
        answers = self._calls.answers(batch)
        if len(self._targets) > 1:
            answers = [self._checked(answer) for answer in answers]
        failed = failures_among(answers)
        written: dict[str, pa.Array] = {}
        for index, target in enumerate(self._targets):
            values = answers if len(self._targets) == 1 else [self._part(answer, index) for answer in answers]
            column = target.path.column
            if target.path.parts:
                cells = (written[column] if column in written else batch.column(column)).to_pylist()
                values = _put_back(cells, target.path, values, failed)
            written[column], wrong = array_of(values, target.type, failed)
            failed.update(wrong)
        made = self._with(batch, written)
        kept = without(made, failed) if failed else made
        yield StepOutcome(kept, kept.num_rows, [], named(batch, failed))

    def _columnar(self, batch: pa.RecordBatch) -> pa.Array | None:
        """The whole written column at once, where the operator gives it in the type that was decided."""
        if len(self._targets) != 1 or self._targets[0].path.parts:
            return None
        column = self._calls.columnar_answers(batch)
        return column if column is not None and column.type == self._targets[0].type else None

    def _with(self, batch: pa.RecordBatch, written: Mapping[str, pa.Array]) -> pa.RecordBatch:
        columns = [written[name] if name in written else batch.column(name) for name in self.schema.names]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _checked(self, answer: Any) -> Any:
        """The answer, or a failure when it does not hold one value per written column."""
        count = len(self._targets)
        each = answer if self._calls.through_lists and isinstance(answer, list) else [answer]
        for one in each:
            if one is not None and not (isinstance(one, list | tuple) and len(one) == count):
                if isinstance(one, Failure):
                    return one
                return Failure(worded(f"the operator gave {shown(one)} for {count} columns"))
        return answer

    def _part(self, answer: Any, index: int) -> Any:
        if answer is None or isinstance(answer, Failure):
            return answer
        if self._calls.through_lists:
            return [one if one is None else one[index] for one in answer]
        return answer[index]


class FilterStep:
    """Keeps a row when the operator answers ``None``, for all of its values where a path leads to several."""

    def __init__(self, calls: BoundCalls, schema: pa.Schema) -> None:
        self._calls = calls
        self.schema = schema

    def reasons(self, batch: pa.RecordBatch) -> pa.Array | None:
        """Return the reason for each row that is dropped and null for the others, if the operator can tell for all at once."""
        return self._calls.columnar_answers(batch)

    def apply(self, batch: pa.RecordBatch) -> Iterator[StepOutcome]:
        """Yield the rows that are kept, asking row by row."""
        answers = self._calls.answers(batch)
        if self._calls.through_lists:
            answers = [_first_objection(answer) for answer in answers]
        yield filtered(batch, answers)


def filtered(batch: pa.RecordBatch, answers: list[Any]) -> StepOutcome:
    """Return what becomes of a batch, given a filter's answer for each row."""
    if set(map(type, answers)) <= {type(None)}:
        return StepOutcome(batch, batch.num_rows, [], [])
    objections = {position: answer for position, answer in enumerate(answers) if answer is not None}
    dropped = {position: answer.reason for position, answer in objections.items() if _is_drop(answer)}
    failed = {
        position: answer.error
        if isinstance(answer, Failure)
        else worded(f"a filter answers None or Drop(reason), not {shown(answer)}")
        for position, answer in objections.items()
        if position not in dropped
    }
    kept = without(batch, objections)
    return StepOutcome(kept, kept.num_rows, named(batch, dropped), named(batch, failed))


def _is_drop(answer: Any) -> bool:
    return isinstance(answer, Drop) and isinstance(answer.reason, str) and bool(answer.reason)


def _first_objection(answers: Any) -> Any:
    if not isinstance(answers, list):
        return answers
    return next((answer for answer in answers if answer is not None), None)


def _put_back(cells: list[Any], path: ColumnPath, values: list[Any], failed: dict[int, str]) -> list[Any]:
    """The cells with the values at the end of the path replaced by the answers for them."""
    changed = []
    for position, (cell, value) in enumerate(zip(cells, values, strict=True)):
        answers = iter(() if position in failed else (value or ()) if path.has_lists else [value])
        changed.append(path.replaced(cell, lambda _, answers=answers: next(answers, None)))  # type: ignore[misc]
    return changed
