"""Collects what a scan sees in a column, and decides from all of it how the column is carried.

Nothing is decided before the last value was seen, so a rare value in the last row counts as much as the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat

from ..errors import UserError
from .arrow_types import carried_type
from .shape import DIGITS, JSON_TEXT, TEXT, Shape, list_of, struct_of

MAX_TYPED_LEVELS = 16
"""Values nested deeper are JSON text: typed nesting beyond this breaks readers of Parquet."""
MAX_FIELDS = 256
"""A struct with more fields is taken for a dictionary whose keys are data, and carried as JSON text."""

_INT64 = (-(2**63), 2**63 - 1)
_EXACT_IN_FLOAT = (-(2**53), 2**53)
_KINDS: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "text"}


class Observed:
    """Everything that was seen of one column, or of a value nested in it, at nesting level ``level``."""

    def __init__(self, level: int = 0) -> None:
        self.level = level
        self.kinds: dict[str, None] = {}
        self.exact: dict[pa.DataType, None] = {}
        self.low = self.high = 0
        self.item: Observed | None = None
        self.fields: dict[str, Observed] = {}
        self.too_wide = False
        self.from_json = False
        self.maybe_integer = False
        """Some of the numbers may have been written as integers; nobody looked."""
        self.exactly = False
        """Whether a scan must look at every value itself."""

    def see(self, values: Sequence[Any]) -> None:
        """Take note of Python values."""
        for kind in set(map(type, values)) - {type(None)}:
            mine = values if kind is str else [value for value in values if type(value) is kind]
            self._see_of_one_type(kind, mine)

    def see_type(self, dtype: pa.DataType, bounds: tuple[int, int] | None = None) -> None:
        """Take note of an Arrow type; ``bounds`` are the smallest and largest value of an integer column if known."""
        dtype = carried_type(dtype)
        if pat.is_null(dtype):
            return
        if pat.is_list(dtype):
            self._items().see_type(dtype.value_type)
        elif pat.is_struct(dtype):
            self.kinds["struct"] = None
            for field in dtype:
                self.see_field(field.name, field.type)
        else:
            self._see_scalar_type(dtype, bounds)

    def see_field(self, name: str, dtype: pa.DataType, bounds: tuple[int, int] | None = None) -> None:
        """Take note of a struct's field, or a table's column, of an Arrow type."""
        self.fields.setdefault(name, Observed(self.level + 1)).see_type(dtype, bounds)

    def see_parsed(self, array: pa.Array) -> None:
        """Take note of values that were parsed from JSON into the type that this column has so far."""
        if array.null_count == len(array):
            return
        if pat.is_list(array.type):
            self._items().see_parsed(array.flatten())
        elif pat.is_struct(array.type):
            self.kinds["struct"] = None
            for field, values in zip(array.type, array.flatten(), strict=True):
                self.fields[field.name].see_parsed(values)
        else:
            self._see_parsed_scalars(array)

    def is_guessed(self) -> bool:
        """Say whether the decision hangs on something that ``see_parsed`` cannot tell."""
        parts = [*self.fields.values(), *([self.item] if self.item else [])]
        mixed = not set(self.kinds) <= {"integer", "number"}
        return (self.maybe_integer and mixed) or any(part.is_guessed() for part in parts)

    def see_structs(self, rows: Sequence[dict[str, Any]], limit: int | None) -> None:
        """Take note of the fields of Python dictionaries; more than ``limit`` fields set ``too_wide``."""
        for name in dict.fromkeys(chain.from_iterable(rows)):
            field = self.fields.get(name)
            if field is None:
                if limit is not None and len(self.fields) >= limit:
                    self.too_wide = True
                    return
                field = self.fields[name] = Observed(self.level + 1)
            field.see([row.get(name) for row in rows])

    def decide(self, path: str, notes: list[str]) -> Shape:
        """Return how the column is carried; what a person would not expect is added to ``notes``."""
        kinds = set(self.kinds)
        if kinds == {"integer", "number"} and _within((self.low, self.high), _EXACT_IN_FLOAT):
            if not self.from_json:
                notes.append(f"Column `{path}` is integer in some files and number in others; it is carried as number.")
            return Shape(pa.float64())
        if len(kinds) > 1:
            notes.append(_mixed(path, list(self.kinds)))
            return JSON_TEXT
        return self._decide_one(next(iter(kinds), "text"), path, notes)

    def _decide_one(self, kind: str, path: str, notes: list[str]) -> Shape:
        if kind in ("list", "struct") and self.level >= MAX_TYPED_LEVELS:
            notes.append(
                f"Column `{path}` is nested deeper than {MAX_TYPED_LEVELS} levels; it is carried as JSON text."
            )
            return JSON_TEXT
        if kind == "list":
            return list_of(self._items().decide(f"{path}[]", notes))
        if kind == "struct":
            return self._decide_struct(path, notes)
        if kind == "text":
            return TEXT
        if len(self.exact) == 1 and not self.from_json:
            return Shape(next(iter(self.exact)))
        if kind == "integer":
            return self._decide_integer(path, notes)
        return Shape(pa.bool_() if kind == "boolean" else pa.float64() if kind == "number" else next(iter(self.exact)))

    def _decide_integer(self, path: str, notes: list[str]) -> Shape:
        if _within((self.low, self.high), _INT64):
            return Shape(pa.int64())
        notes.append(f"Column `{path}` holds integers beyond 64 bits; it is carried as text with all digits.")
        return DIGITS

    def _decide_struct(self, path: str, notes: list[str]) -> Shape:
        if self.fields and not self.too_wide:
            return struct_of([(name, seen.decide(f"{path}.{name}", notes)) for name, seen in self.fields.items()])
        why = f"has more than {MAX_FIELDS} different keys" if self.too_wide else "holds only empty objects"
        notes.append(f"Column `{path}` {why}; it is carried as JSON text.")
        return JSON_TEXT

    def _see_of_one_type(self, kind: type, values: Sequence[Any]) -> None:
        if kind in _KINDS:
            self.kinds[_KINDS[kind]] = None
            self.from_json = True
            if kind is int:
                self._widen(min(values), max(values))
        elif kind in (list, tuple):
            items = self._items()
            if self.level < MAX_TYPED_LEVELS:
                items.see(list(chain.from_iterable(values)))
        elif kind is dict:
            self.kinds["struct"] = None
            if self.level < MAX_TYPED_LEVELS:
                self.see_structs(values, MAX_FIELDS)
        else:
            self.see_type(_inferred(kind, values))

    def _see_parsed_scalars(self, array: pa.Array) -> None:
        self.from_json = True
        self.kinds[_kind_of(array.type) if not pat.is_integer(array.type) else "integer"] = None
        if pat.is_integer(array.type):
            bounds = pc.min_max(array).as_py()
            self._widen(bounds["min"], bounds["max"])
        elif pat.is_floating(array.type) and not self.maybe_integer and "integer" not in self.kinds:
            self.maybe_integer = bool(pc.any(pc.equal(array, pc.floor(array))).as_py())

    def _see_scalar_type(self, dtype: pa.DataType, bounds: tuple[int, int] | None) -> None:
        self.exact[dtype] = None
        if pat.is_integer(dtype):
            self.kinds["integer"] = None
            self._widen(*(bounds or _bounds_of(dtype)))
        else:
            self.kinds[_kind_of(dtype)] = None

    def _items(self) -> Observed:
        self.kinds["list"] = None
        if self.item is None:
            self.item = Observed(self.level + 1)
        return self.item

    def _widen(self, low: int, high: int) -> None:
        self.low, self.high = min(self.low, low), max(self.high, high)


def _mixed(path: str, kinds: Iterable[str]) -> str:
    note = f"Column `{path}` holds mixed types ({', '.join(sorted(kinds))}); it is carried as JSON text"
    return f"{note}, so its texts are in JSON quotes." if "text" in kinds else f"{note}."


def _within(bounds: tuple[int, int], limits: tuple[int, int]) -> bool:
    return limits[0] <= bounds[0] and bounds[1] <= limits[1]


def _bounds_of(dtype: pa.DataType) -> tuple[int, int]:
    if pat.is_unsigned_integer(dtype):
        return 0, 2**dtype.bit_width - 1
    return -(2 ** (dtype.bit_width - 1)), 2 ** (dtype.bit_width - 1) - 1


def _kind_of(dtype: pa.DataType) -> str:
    if pat.is_string(dtype):
        return "text"
    if pat.is_boolean(dtype):
        return "boolean"
    return "number" if pat.is_floating(dtype) else str(dtype)


def _inferred(kind: type, values: Sequence[Any]) -> pa.DataType:
    try:
        return pa.infer_type(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise UserError(
            f"A value of the Python type `{kind.__name__}` cannot be carried in a row.",
            fix="Turn it into text, a number, a list or a dictionary first.",
        ) from error
