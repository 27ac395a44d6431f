"""Python annotations as Arrow types: ``list[float]``, a ``TypedDict`` or a pydantic model say what a column holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel
from typing_extensions import get_type_hints, is_typeddict

from .columns import Columns, ColumnType, arrow_of_type, strip_optional, type_of_annotation, type_of_arrow

_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us"),
}


def arrow_of_annotation(annotation: Any) -> pa.DataType | None:
    """Return the Arrow type that an annotation stands for, ``None`` where it leaves open what there is (``dict``, ``Any``).

    The fields of a struct are those of the ``TypedDict`` or the pydantic model, in their order.
    """
    bare, _ = strip_optional(annotation)
    origin, arguments = get_origin(bare), get_args(bare)
    if origin is Annotated:
        return arrow_of_annotation(arguments[0])
    if origin is Literal:
        found = {arrow_of_annotation(type(value)) for value in arguments if value is not None}
        return found.pop() if len(found) == 1 else None
    if origin is list:
        element = arrow_of_annotation(arguments[0])
        return None if element is None else pa.list_(element)
    fields = fields_of_annotation(bare)
    return _SCALARS.get(bare) if fields is None else _struct_of(fields)


def column_type_of(annotation: Any) -> ColumnType:
    """Return the column type that an annotation stands for; ``any`` when it says nothing."""
    if fields_of_annotation(strip_optional(annotation)[0]) is not None:
        return "struct"
    dtype = arrow_of_annotation(annotation)
    return type_of_annotation(annotation) if dtype is None else type_of_arrow(dtype)


def fields_of_annotation(annotation: Any) -> dict[str, Any] | None:
    """Return the annotations of the fields of a ``TypedDict`` or a pydantic model, and ``None`` for anything else."""
    if is_typeddict(annotation):
        return get_type_hints(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {name: info.annotation for name, info in annotation.model_fields.items()}
    return None


def holds_models(annotation: Any) -> bool:
    """Say whether values of an annotation are pydantic models or hold some, anywhere inside."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    inside = (fields_of_annotation(annotation) or {}).values()
    return any(map(holds_models, [*get_args(annotation), *inside]))


def types_of_results(returned: Any, writes: Columns, *, several: bool) -> Mapping[str, pa.DataType]:
    """Return the types of written lists and structs, as far as what a function returns says them.

    A function that writes several columns returns a tuple, and one that makes ``several`` rows a list of what each holds.
    """
    answer, _ = strip_optional(returned)
    if several:
        answer, _ = strip_optional(next(iter(get_args(answer)), Any))
    parts = get_args(answer) if len(writes) > 1 and get_origin(answer) is tuple else (answer,)
    if len(parts) != len(writes):
        return {}
    found = {name: arrow_of_annotation(part) for name, part in zip(writes, parts, strict=True)}
    return {
        name: dtype
        for name, dtype in found.items()
        if dtype is not None and arrow_of_type(writes[name]) is None and type_of_arrow(dtype) == writes[name]
    }


def _struct_of(fields: Mapping[str, Any]) -> pa.DataType | None:
    types = {name: arrow_of_annotation(annotation) for name, annotation in fields.items()}
    return None if None in types.values() else pa.struct(list(types.items()))
