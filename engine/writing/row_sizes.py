"""How many bytes each row holds, whatever batch it lies in and however it will be compressed."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat

from ..reading.arrow_types import is_list_like

Sizes: TypeAlias = npt.NDArray[np.int64]


def row_sizes(batch: pa.RecordBatch) -> Sizes:
    """Return the bytes of every row: those of its values, and four for each list or text. Nulls count as empty."""
    sizes = np.zeros(batch.num_rows, np.int64)
    for column in batch.columns:
        sizes += _value_sizes(column)
    return sizes


def _value_sizes(array: pa.Array) -> Sizes:
    dtype = array.type
    if pat.is_struct(dtype):
        return sum((_value_sizes(field) for field in array.flatten()), np.zeros(len(array), np.int64))
    if is_list_like(dtype):
        return 4 + _list_sizes(array)
    if _is_variable(dtype):
        return 4 + _as_numbers(pc.binary_length(array))
    return np.full(len(array), max(1, _width(dtype)), np.int64)


def _list_sizes(array: pa.Array) -> Sizes:
    ends = np.cumsum(_as_numbers(pc.list_value_length(array)))
    total = np.concatenate([[0], np.cumsum(_value_sizes(array.flatten()))])
    sizes: Sizes = np.diff(total[np.concatenate([[0], ends])])
    return sizes


def _as_numbers(lengths: pa.Array) -> Sizes:
    return np.asarray(lengths.fill_null(0).to_numpy(zero_copy_only=False), np.int64)


def _is_variable(dtype: pa.DataType) -> bool:
    tests = (pat.is_string, pat.is_large_string, pat.is_binary, pat.is_large_binary)
    return any(test(dtype) for test in tests)


def _width(dtype: pa.DataType) -> int:
    try:
        return int(dtype.bit_width) // 8
    except ValueError:
        return 1
