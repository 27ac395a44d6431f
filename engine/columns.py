"""Column types: the few that operators declare, and how they map to Python annotations and to Arrow."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import pyarrow as pa

ColumnType: TypeAlias = Literal["text", "integer", "number", "boolean", "time", "list", "struct", "any"]
Columns: TypeAlias = dict[str, ColumnType]
"""The columns of a table by name, in order, with their declared types."""

ROW_ID = "__row_id__"
"""The hidden column that holds each row's identity (``table:file:row``); it is never written to an output."""

ORIGINS = "__origins__"
"""The hidden column of tables that a dataset operator made: the input rows that each row came from."""

HIDDEN = frozenset({ROW_ID, ORIGINS})
"""The engine's own columns. No operator sees them, and no column of the data may be called so."""

_BY_ANNOTATION: dict[Any, ColumnType] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "list",
    dict: "struct",
    Any: "any",
}

_ARROW: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "time": pa.timestamp("us"),
}


@dataclass(frozen=True)
class ColumnMarker:
    """Marks a parameter whose value names a column, so that the static check can look it up."""


ColumnName: TypeAlias = Annotated[str, ColumnMarker()]
"""Annotate a parameter with this when its value is the name of a column that must exist."""


@dataclass(frozen=True)
class WholeRowMarker:
    """Marks the parameter of an operator that is given a whole row."""


Row: TypeAlias = Annotated[dict[str, Any], WholeRowMarker()]
"""Annotate the one positional parameter of a value form with this to get the fields of a row by name.

Without bindings these are all columns; a step that binds some gives just those, under the names that it binds.
"""


@dataclass(frozen=True)
class ResourceMarker:
    """Marks a parameter that names a file or folder on which the result depends."""


ResourcePath: TypeAlias = Annotated[str, ResourceMarker()]
"""Annotate a parameter with this when its value is the path of a resource: a word list, a database, a tokenizer file.

It must exist before a run, its content is hashed into the lock and the fingerprints, and it is only read.
"""


def strip_optional(annotation: Any) -> tuple[Any, bool]:
    """Return the annotation without ``| None``, and whether ``None`` was allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [arg for arg in get_args(annotation) if arg is not type(None)]
        optional = len(rest) < len(get_args(annotation))
        return (rest[0] if len(rest) == 1 else Any), optional
    return annotation, annotation is Any


def type_of_annotation(annotation: Any) -> ColumnType:
    """Return the column type that a Python annotation stands for; ``any`` when it says nothing."""
    bare, _ = strip_optional(annotation)
    return _BY_ANNOTATION.get(get_origin(bare) or bare, "any")


def type_of_arrow(dtype: pa.DataType) -> ColumnType:
    """Return the column type of an Arrow type."""
    tests: tuple[tuple[Any, ColumnType], ...] = (
        (pa.types.is_string, "text"),
        (pa.types.is_large_string, "text"),
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (pa.types.is_floating, "number"),
        (pa.types.is_decimal, "number"),
        (pa.types.is_temporal, "time"),
        (pa.types.is_list, "list"),
        (pa.types.is_large_list, "list"),
        (pa.types.is_struct, "struct"),
    )
    return next((name for test, name in tests if test(dtype)), "any")


def arrow_of_type(column_type: ColumnType) -> pa.DataType | None:
    """Return the Arrow type of a scalar column type, or ``None`` where the values must decide (list, struct, any)."""
    return _ARROW.get(column_type)


def columns_of_schema(schema: pa.Schema) -> Columns:
    """Return the visible columns of an Arrow schema with their types."""
    return {field.name: type_of_arrow(field.type) for field in schema if field.name not in HIDDEN}


def accepts(declared: ColumnType, actual: ColumnType) -> bool:
    """Say whether an operator that declares ``declared`` can read a column of type ``actual``."""
    return declared in ("any", actual) or actual == "any" or (declared == "number" and actual == "integer")
