"""Which Arrow types are carried through a pipeline, and how a file's own types become them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.types as pat


def carried_type(dtype: pa.DataType) -> pa.DataType:
    """Return the plain type in which values of ``dtype`` are carried.

    Dictionaries and extension types become the type of their values, the large and view variants of text, binary and
    lists become the ordinary ones, maps become lists of ``key``/``value`` structs; all else stays, nested fields too.
    """
    if pat.is_dictionary(dtype):
        return carried_type(dtype.value_type)
    if isinstance(dtype, pa.BaseExtensionType):
        return carried_type(dtype.storage_type)
    if pat.is_large_string(dtype) or pat.is_string_view(dtype):
        return pa.string()
    if pat.is_large_binary(dtype) or pat.is_binary_view(dtype):
        return pa.binary()
    if pat.is_map(dtype):
        return pa.list_(_struct([("key", dtype.key_type), ("value", dtype.item_type)]))
    if is_list_like(dtype):
        return pa.list_(carried_type(dtype.value_type))
    if pat.is_struct(dtype):
        return _struct([(field.name, field.type) for field in dtype])
    return dtype


def is_list_like(dtype: pa.DataType) -> bool:
    """Say whether ``dtype`` is any kind of list."""
    tests = (pat.is_list, pat.is_large_list, pat.is_fixed_size_list, pat.is_list_view, pat.is_large_list_view)
    return any(test(dtype) for test in tests)


def holds_text(dtype: pa.DataType) -> bool:
    """Say whether values of a carried type hold text, at any depth."""
    if pat.is_list(dtype):
        return holds_text(dtype.value_type)
    if pat.is_struct(dtype):
        return any(pat.is_string(field.type) or holds_text(field.type) for field in dtype)
    return bool(pat.is_string(dtype))


def is_carried(dtype: pa.DataType) -> bool:
    """Say whether rows can hold values of this type: unions, run-end encodings and calendar intervals they cannot."""
    dtype = carried_type(dtype)
    if pat.is_list(dtype):
        return is_carried(dtype.value_type)
    if pat.is_struct(dtype):
        return all(is_carried(field.type) for field in dtype)
    return not (pat.is_union(dtype) or pat.is_run_end_encoded(dtype) or pat.is_interval(dtype))


def _struct(fields: list[tuple[str, pa.DataType]]) -> pa.DataType:
    return pa.struct([pa.field(name, carried_type(dtype)) for name, dtype in fields])
