"""The decided form of a column: its Arrow type, and how Python values are prepared for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from .json_text import json_text

Encoding = Literal["as it is", "json text", "digits"]


@dataclass(frozen=True)
class Shape:
    """How a column, or a value nested in it, is carried. ``item`` belongs to a list, ``fields`` to a struct."""

    type: pa.DataType
    encoding: Encoding = "as it is"
    item: Shape | None = None
    fields: tuple[tuple[str, Shape], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether values of this shape need no preparation at any depth."""
        parts = [shape for _, shape in self.fields] + ([self.item] if self.item else [])
        return self.encoding == "as it is" and all(part.plain for part in parts)


TEXT = Shape(pa.string())
JSON_TEXT = Shape(pa.string(), "json text")
DIGITS = Shape(pa.string(), "digits")


def list_of(item: Shape) -> Shape:
    """Return the shape of a list of ``item``."""
    return Shape(pa.list_(item.type), item=item)


def struct_of(fields: Sequence[tuple[str, Shape]]) -> Shape:
    """Return the shape of a struct with these named fields."""
    return Shape(pa.struct([pa.field(name, shape.type) for name, shape in fields]), fields=tuple(fields))


def column_of_values(values: Sequence[Any], shape: Shape) -> pa.Array:
    """Return Python values as an Arrow array of the shape's type."""
    return pa.array(values if shape.plain else _prepared(values, shape), type=shape.type)


def column_of_array(array: pa.Array, shape: Shape) -> pa.Array:
    """Return an Arrow array of a carried type as an array of the shape's type."""
    if not shape.plain:
        return column_of_values(array.to_pylist(), shape)
    return array if array.type.equals(shape.type) else array.cast(shape.type)


def _prepared(values: Sequence[Any], shape: Shape) -> list[Any]:
    if shape.plain:
        return list(values)
    if shape.encoding == "json text":
        return [None if value is None else json_text(value) for value in values]
    if shape.encoding == "digits":
        return [None if value is None else str(value) for value in values]
    if shape.item is not None:
        return [None if value is None else _prepared(value, shape.item) for value in values]
    return [None if value is None else _prepared_struct(value, shape) for value in values]


def _prepared_struct(value: dict[str, Any], shape: Shape) -> dict[str, Any]:
    return {name: _prepared([value.get(name)], part)[0] for name, part in shape.fields}
