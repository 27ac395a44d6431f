"""Whether a step fits the columns that it is given: names, types and nested paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

import pyarrow as pa
from pydantic import ValidationError

from ..columns import HIDDEN, ColumnMarker, Columns, ColumnType, accepts, columns_of_schema
from ..errors import UserError, nearest
from ..nesting import ColumnPath
from ..operator import Operator, Params
from ..pipeline import Step
from ..row_bindings import columns_read


@dataclass(frozen=True)
class TableColumns:
    """What is known of a table: its columns, and the Arrow types of those of which more is known than the kind."""

    columns: Columns
    types: Mapping[str, pa.DataType] = field(default_factory=dict)

    @classmethod
    def of_schema(cls, schema: pa.Schema) -> TableColumns:
        """Return the visible columns of a table that exists."""
        visible = columns_of_schema(schema)
        return cls(visible, {name: schema.field(name).type for name in visible})


def params_of(step: Step, operator: Operator) -> Params | None:
    """Return the parameters of a step, or ``None`` where they are wrong, which the static check says."""
    try:
        return operator.params.model_validate(step.params)
    except ValidationError:
        return None


def assert_step_fits(step: Step, operator: Operator, params: Params, schemas: Sequence[pa.Schema]) -> None:
    """Raise ``UserError`` listing what is wrong with a step, given the columns that its tables really have.

    The static check cannot follow columns through every operator; this is where the rest is found.
    """
    problems = list(column_problems(step, operator, params, [TableColumns.of_schema(schema) for schema in schemas]))
    if problems:
        raise UserError(f"Step `{step.id}` cannot run.", " ".join(problems))


def column_problems(
    step: Step, operator: Operator, params: Params | None, tables: Sequence[TableColumns]
) -> Iterator[str]:
    """Yield a sentence per problem of a step with the columns of its input tables."""
    first = tables[0]
    if len(tables) == 1:
        for name, declared in operator.reads.items():
            yield from _read_problems(step, operator, step.bind.get(name, name), declared, first)
        if operator.takes_row:
            for text in columns_read(step, operator, params, first.columns):
                yield from _read_problems(step, operator, text, "any", first)
    yield from _write_problems(step, operator, first.columns)
    known = {name: kind for table in tables for name, kind in table.columns.items()}
    for column in named_columns(params) if params is not None else ():
        if column not in known:
            yield missing_column(column, known)


def columns_after(step: Step, operator: Operator, params: Params, before: TableColumns) -> TableColumns:
    """Return what is known of the table after a step. Raises ``UserError`` where the operator's schema rule does."""
    if operator.schema_rule is not None:
        return TableColumns(operator.columns_after(before.columns, params, {}))
    columns, types, known = dict(before.columns), dict(before.types), operator.written_types(params)
    through_lists = any(_path(step, name, before.columns).has_lists for name in operator.reads)
    for name, declared in operator.writes.items():
        target = _target(step, name, before.columns)
        if target.parts:
            continue
        columns[target.column] = "list" if through_lists else declared
        types.pop(target.column, None)
        if name in known:
            types[target.column] = pa.list_(known[name]) if through_lists else known[name]
    return TableColumns(columns, types)


def missing_column(column: str, columns: Columns) -> str:
    """Return the sentence for a column that is not there, with the nearest name."""
    if column in HIDDEN:
        return f"`{column}` is the engine's own."
    listed = ", ".join(f"`{name}`" for name in columns) or "no columns at all"
    match = nearest(column, columns)
    return f"column `{column}` not found (has: {listed})." + (f" Did you mean `{match}`?" if match else "")


def _path(step: Step, name: str, columns: Columns) -> ColumnPath:
    return ColumnPath.parse(step.bind.get(name, name), columns)


def _target(step: Step, name: str, columns: Columns) -> ColumnPath:
    return ColumnPath.parse(step.write.get(name, step.bind.get(name, name)), columns)


def _read_problems(
    step: Step, operator: Operator, text: str, declared: ColumnType, table: TableColumns
) -> Iterator[str]:
    try:
        path = ColumnPath.parse(text, table.columns)
    except UserError as error:
        yield str(error)
        return
    if path.column not in table.columns:
        yield missing_column(path.column, table.columns)
    elif path.parts:
        yield from _nested_problems(operator, path, text, declared, table)
    elif not accepts(declared, table.columns[path.column]):
        yield f"`{operator.name}` reads {declared}, but column `{text}` holds {table.columns[path.column]}."


def _nested_problems(
    operator: Operator, path: ColumnPath, text: str, declared: ColumnType, table: TableColumns
) -> Iterator[str]:
    if not operator.takes_row and (
        operator.form != "value" or operator.rows == "expand" or (path.has_lists and len(operator.reads) > 1)
    ):
        yield f"`{operator.name}` cannot be bound to the nested path `{text}`."
        return
    dtype = table.types.get(path.column)
    if dtype is None:
        return
    found = path.type_in(dtype)
    if found is None:
        yield f"the path `{text}` leads nowhere in column `{path.column}` ({dtype})."
    elif not accepts(declared, found):
        yield f"`{operator.name}` reads {declared}, but `{text}` holds {found}."


def _write_problems(step: Step, operator: Operator, columns: Columns) -> Iterator[str]:
    targets: list[str] = []
    for name in operator.writes:
        text = step.write.get(name, step.bind.get(name, name))
        if text in HIDDEN:
            yield f"`{text}` is the engine's own and cannot be written."
        elif text in targets:
            yield f"two results are written to `{text}`."
        elif text not in columns and ("." in text or "[]" in text) and text not in step.bind.values():
            yield f"`write` cannot make the nested column `{text}`; name a column, or a path that the step reads."
        targets.append(text)


def named_columns(params: Params) -> Iterator[str]:
    """Yield the columns that parameters name, those annotated ``ColumnName``."""
    for name, info in type(params).model_fields.items():
        value = getattr(params, name)
        if any(isinstance(mark, ColumnMarker) for mark in info.metadata):
            yield from [value] if value is not None else []
        else:
            yield from _marked(info.annotation, value)


def _marked(annotation: Any, value: Any) -> Iterator[str]:
    """Walk an annotation such as ``list[ColumnName]`` or ``dict[ColumnName, str]`` beside its value."""
    if any(isinstance(mark, ColumnMarker) for mark in getattr(annotation, "__metadata__", ())):
        if value is not None:
            yield value
        return
    arguments = [a for a in get_args(annotation) if a is not type(None)]
    if isinstance(value, dict) and get_origin(annotation) is dict:
        for key, item in value.items():
            yield from _marked(arguments[0], key)
            yield from _marked(arguments[1], item)
    elif isinstance(value, list) and get_origin(annotation) is list:
        for item in value:
            yield from _marked(arguments[0], item)
    elif get_origin(annotation) not in (list, dict):
        for argument in arguments:
            yield from _marked(argument, value)
