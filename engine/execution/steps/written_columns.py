"""The columns that a step writes: their Arrow types, decided before the first row, and values that fit them.

Types are decided beforehand so that batches cannot disagree. A value that a column cannot hold without loss is an error
of its row: Arrow alone would cut 1.5 to 1 and take "abc" for a list of three texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from ...columns import ColumnType, arrow_of_type, type_of_arrow
from .outcome import shown, worded

_EXACT: Mapping[pa.DataType, frozenset[type]] = {
    pa.string(): frozenset({str, type(None)}),
    pa.int64(): frozenset({int, type(None)}),
    pa.float64(): frozenset({float, type(None)}),
    pa.bool_(): frozenset({bool, type(None)}),
}
"""The Python types that a column takes as they are."""


def type_of_written(declared: ColumnType, current: pa.DataType | None, *, elements: bool = False) -> pa.DataType:
    """Return the type of a written column: the declared one, or that of the values that it replaces where it fits.

    ``current`` is the type of those values, if any; with ``elements`` each row's answer is a list of new values.
    """
    scalar = arrow_of_type(declared)
    if scalar is not None:
        return scalar
    for candidate in _candidates(current, elements):
        if declared in ("any", type_of_arrow(candidate)):
            return candidate
    return pa.list_(pa.string()) if declared == "list" else pa.string()


def _candidates(current: pa.DataType | None, elements: bool) -> list[pa.DataType]:
    if current is None or pa.types.is_null(current):
        return []
    if not (elements and pa.types.is_list(current)):
        return [current]
    return [] if pa.types.is_null(current.value_type) else [current.value_type, current]


def array_of(values: Sequence[Any], dtype: pa.DataType, failed: Mapping[int, str]) -> tuple[pa.Array, dict[int, str]]:
    """Return the values as an array of ``dtype``, null where they failed or do not fit, and the errors of the latter."""
    if failed:
        values = [None if position in failed else value for position, value in enumerate(values)]
    if _exact(values, dtype):
        try:
            return pa.array(values, dtype), {}
        except (OverflowError, UnicodeEncodeError):
            pass  # one integer is too wide or one text is no Unicode: look at each
    return _one_by_one(values, dtype)


def _exact(values: Iterable[Any], dtype: pa.DataType) -> bool:
    """Whether a column takes all of the values as they are, what is nested in them too."""
    scalars = _EXACT.get(dtype)
    if scalars is not None:
        return set(map(type, values)) <= scalars
    there = [value for value in values if value is not None]
    kinds = set(map(type, there))
    if pa.types.is_list(dtype):
        return kinds <= {list} and _exact(chain.from_iterable(there), dtype.value_type)
    if not pa.types.is_struct(dtype) or not kinds <= {dict}:
        return False
    names = {field.name for field in dtype}
    return names.issuperset(chain.from_iterable(there)) and all(
        _exact((value.get(field.name) for value in there), field.type) for field in dtype
    )


def _one_by_one(values: Sequence[Any], dtype: pa.DataType) -> tuple[pa.Array, dict[int, str]]:
    carried: list[Any] = []
    wrong: dict[int, str] = {}
    for position, value in enumerate(values):
        try:
            carried.append(_carried(value, dtype))
        except Exception as error:  # of any kind: the value may be an object with code of its own
            carried.append(None)
            wrong[position] = worded(
                f"the operator's result does not fit its declared type {dtype}: {shown(error, str)}"
            )
    return pa.array(carried, dtype), wrong


def _carried(value: Any, dtype: pa.DataType) -> Any:
    """The value as the column will give it back; raises what Arrow raises, and ``ValueError`` for what would be lost."""
    if value is None:
        return None
    if pa.types.is_string(dtype) and isinstance(value, list | dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    carried = pa.array([value], dtype)[0].as_py()
    if not _same(value, carried):
        raise ValueError(f"{shown(value)} would become {shown(carried)}")
    return carried


def _same(given: Any, carried: Any) -> bool:
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if isinstance(given, np.generic):
        given = given.item()
    if isinstance(given, bool) is not isinstance(carried, bool):
        return False
    if isinstance(carried, dict):
        return (
            isinstance(given, Mapping)
            and set(given) <= set(carried)
            and all(_same(given.get(name), value) for name, value in carried.items())
        )
    if isinstance(carried, list):
        whole = isinstance(given, list | tuple) and len(given) == len(carried)
        return whole and all(_same(*pair) for pair in zip(given, carried, strict=True))
    not_numbers = given != given and carried != carried
    return bool(not_numbers or given == carried)
