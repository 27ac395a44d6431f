"""Columns into one struct, and JSON text into a struct of declared types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

import orjson
import pyarrow as pa
from pydantic import Field

from ...engine.columns import Columns
from ...engine.declare import operator
from ...engine.errors import RowError, UserError
from ...engine.operator import Example
from .column_names import DistinctColumns, NewColumnName, require_columns

FieldType: TypeAlias = Literal["text", "integer", "number", "boolean", "list of texts"]

_ARROW: Mapping[FieldType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "list of texts": pa.list_(pa.string()),
}
_PYTHON: Mapping[FieldType, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def _packed(before: Columns, params: Any) -> Columns:
    if params.into in before:
        raise UserError(f"There is a column `{params.into}` already.", fix="Choose another name for `into`.")
    return {**before, params.into: "struct"}


@operator(
    kind="refine",
    phase="shape",
    reads="*",
    schema_rule=_packed,
    example=Example(
        rows=[{"id": 1, "question": "2+2?", "answer": "4"}],
        params={"columns": ["question", "answer"]},
        becomes=[{"id": 1, "question": "2+2?", "answer": "4", "input": {"question": "2+2?", "answer": "4"}}],
    ),
    use_for=("combine columns into one struct", "nest fields", "one object per row"),
    not_for=("joining texts", "choosing columns"),
    aliases=("pack columns", "struct", "nest", "columns to object"),
)
def pack_columns(
    frame: pa.Table,
    *,
    columns: Annotated[DistinctColumns, Field(description="The columns to combine, in order.", min_length=1)],
    into: Annotated[NewColumnName, Field(description="The name of the new column.")] = "input",
) -> pa.Table:
    """Combines columns into a struct in the new column ``into``; the columns stay.

    A later step binds its fields as paths, such as ``input.question``. Operators that ask a model do not need it: their
    prompts name columns. Raises ``UserError`` for a column that does not exist and for a name that is taken.
    """
    require_columns(columns, frame.schema.names)
    parts = [frame.column(name).combine_chunks() for name in columns]
    fields = [pa.field(name, frame.schema.field(name).type) for name in columns]
    arrays = [pa.concat_arrays(part.chunks) if isinstance(part, pa.ChunkedArray) else part for part in parts]
    return frame.append_column(into, pa.StructArray.from_arrays(arrays, fields=fields))


@operator(
    kind="refine",
    phase="shape",
    reads={"text": "text"},
    writes={"parsed": "struct"},
    types=lambda params: {"parsed": _struct_of(params.fields)},
    example=Example(
        rows=[{"text": '{"name": "Nora", "age": 41}'}, {"text": None}],
        params={"fields": {"name": "text", "age": "integer"}},
        becomes=[
            {"text": '{"name": "Nora", "age": 41}', "parsed": {"name": "Nora", "age": 41}},
            {"text": None, "parsed": None},
        ],
    ),
    use_for=("turn a column of JSON text into typed fields", "parse a JSON column"),
    not_for=("reading JSON files", "JSON of any shape"),
    aliases=("parse JSON", "JSON to struct", "from_json", "typed fields"),
)
def parse_json(
    frame: pa.Table,
    *,
    fields: Annotated[dict[str, FieldType], Field(description="The fields by name and their types.", min_length=1)],
) -> pa.Table:
    """Parses JSON objects into a struct of the declared ``fields``, in the new column ``parsed``.

    A field that an object does not have is null, one that is not declared is left out; null stays null. Text that is no JSON
    object, and a value of another type (1.0 is no integer, "1" no number), quarantine the row.
    """
    texts: list[str | None] = frame.column("text").to_pylist()
    dtype = _struct_of(fields)
    parsed = [None if text is None else _fields_of(text, fields) for text in texts]
    return frame.append_column("parsed", pa.array(parsed, dtype))


def _struct_of(fields: Mapping[str, FieldType]) -> pa.DataType:
    return pa.struct([pa.field(name, _ARROW[kind]) for name, kind in fields.items()])


def _fields_of(text: str, fields: Mapping[str, FieldType]) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RowError(f"the text is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise RowError("the JSON is no object")
    return {name: _checked(name, found.get(name), kind) for name, kind in fields.items()}


def _checked(name: str, value: Any, kind: FieldType) -> Any:
    if value is None:
        return None
    if kind == "list of texts":
        fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    else:
        fits = isinstance(value, _PYTHON[kind]) and isinstance(value, bool) is (kind == "boolean")
    if not fits or (kind == "integer" and not -(2**63) <= value < 2**63):
        raise RowError(f"the field `{name}` holds {type(value).__name__}, not {kind}")
    return value
