"""Paths into nested columns: ``text``, ``meta.title``, ``messages[].content``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from .columns import ColumnType, type_of_arrow
from .errors import UserError


@dataclass(frozen=True)
class ColumnPath:
    """A column and the way down into its values; ``[]`` stands for every element of a list."""

    column: str
    parts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, columns: Collection[str] = ()) -> ColumnPath:
        """Parse a binding; the name of one of ``columns`` is that column, whatever signs are in it.

        Raises ``UserError`` for an empty part.
        """
        if text in columns:
            return cls(text)
        parts: list[str] = []
        for piece in text.split("."):
            name, *rest = piece.split("[]")
            if not name or any(rest):
                raise UserError(f"`{text}` is no column path.", fix="Write it like `messages[].content`.")
            parts.extend([name, *("[]" for _ in rest)])
        return cls(parts[0], tuple(parts[1:]))

    @property
    def has_lists(self) -> bool:
        """Whether the path goes through a list, so that one row holds several values."""
        return "[]" in self.parts

    def end_type(self, dtype: pa.DataType) -> pa.DataType | None:
        """Return the Arrow type at the end of the path in a column of ``dtype``; ``None`` when it leads nowhere."""
        for part in self.parts:
            if part == "[]" and (pa.types.is_list(dtype) or pa.types.is_large_list(dtype)):
                dtype = dtype.value_type
            elif part != "[]" and pa.types.is_struct(dtype) and dtype.get_field_index(part) >= 0:
                dtype = dtype.field(part).type
            else:
                return None
        return dtype

    def type_in(self, dtype: pa.DataType) -> ColumnType | None:
        """Return the type of the values at the end of the path, or ``None`` when the path leads nowhere."""
        end = self.end_type(dtype)
        return None if end is None else type_of_arrow(end)

    def values(self, cell: Any) -> Iterator[Any]:
        """Yield the values at the end of the path in one cell."""
        yield from _values(cell, self.parts)

    def replaced(self, cell: Any, change: Callable[[Any], Any]) -> Any:
        """Return the cell with every value at the end of the path replaced by ``change(value)``."""
        return _replaced(cell, self.parts, change)


def _values(cell: Any, parts: tuple[str, ...]) -> Iterator[Any]:
    if not parts:
        yield cell
    elif cell is None:
        return
    elif parts[0] == "[]":
        for element in cell:
            yield from _values(element, parts[1:])
    else:
        yield from _values(cell[parts[0]], parts[1:])


def _replaced(cell: Any, parts: tuple[str, ...], change: Callable[[Any], Any]) -> Any:
    if not parts:
        return change(cell)
    if cell is None:
        return None
    if parts[0] == "[]":
        return [_replaced(element, parts[1:], change) for element in cell]
    return {**cell, parts[0]: _replaced(cell[parts[0]], parts[1:], change)}
