"""Parses a block of JSON Lines with Arrow's own parser, where what comes out is exactly what ``parse_object`` gives.

Arrow's parser is strict about what it is told: columns, types, repeated keys. What it is not strict about is looked at
here: where lines end, Unicode, and numbers that a float would not keep. In doubt a block is left to the exact path.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.json as pj
import pyarrow.types as pat

_EXACT_IN_FLOAT = float(2**53)
_LINE_START, _LINE_END, _NEWLINE = b"{}\n"


def native_rows(text: bytearray, size: int, schema: pa.Schema) -> pa.RecordBatch | None:
    """Return the rows in the first ``size`` bytes of ``text``, whole lines with their ends, in the columns of ``schema``.

    ``None`` where the exact path must look: for a line that is not one object, for any value that is not of its column's
    type or would not be carried exactly, and for types other than text, 64-bit integers, floats, booleans and those nested.
    """
    lines = _lines_of_one_object(text, size)
    if lines is None or not all(_is_parsed_alike(field.type) for field in schema):
        return None
    try:
        table = pj.read_json(
            pa.BufferReader(memoryview(text)[:size]),
            read_options=pj.ReadOptions(use_threads=False, block_size=size + 1),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    if table.num_rows != lines or table.schema.names != schema.names:
        return None
    [batch] = table.to_batches()
    return batch if all(map(_is_exact, batch.columns)) else None


def _lines_of_one_object(text: bytearray, size: int) -> int | None:
    """How many lines there are, if every line begins and ends as an object does.

    Then an object that the parser accepts cannot go on in the next line: a value that is still open at a line's closing
    brace would have to be followed by a comma or a bracket, not by an opening brace.
    """
    content = np.frombuffer(text, np.uint8, size)
    if not size or content[-1] != _NEWLINE or text.find(b"\0", 0, size) >= 0:
        return None
    ends = np.flatnonzero(content == _NEWLINE)
    begins = content[0] == _LINE_START and bool((content[ends[:-1] + 1] == _LINE_START).all())
    return len(ends) if begins and (content[ends - 1] == _LINE_END).all() else None


def _is_parsed_alike(dtype: pa.DataType) -> bool:
    if pat.is_list(dtype):
        return _is_parsed_alike(dtype.value_type)
    if pat.is_struct(dtype):
        return all(_is_parsed_alike(field.type) for field in dtype)
    return dtype in (pa.string(), pa.int64(), pa.float64(), pa.bool_())


def _is_exact(array: pa.Array) -> bool:
    if pat.is_list(array.type):
        return _is_exact(array.values)
    if pat.is_struct(array.type):
        return all(map(_is_exact, array.flatten()))
    if pat.is_string(array.type):
        return _is_unicode(array)
    return not pat.is_floating(array.type) or _is_kept_by_floats(array)


def _is_unicode(array: pa.Array) -> bool:
    import polars as pl

    data = pa.Array.from_buffers(pa.binary(), len(array), array.buffers(), array.null_count, array.offset)
    try:
        pl.from_arrow(data).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True


def _is_kept_by_floats(array: pa.Array) -> bool:
    """Whether every value is finite and every one that was written as an integer is still that integer.

    An integer is written without a sign of zero, so a negative zero may have been one.
    """
    values = array.drop_null().to_numpy()
    small = np.abs(values) < _EXACT_IN_FLOAT
    return bool(small.all()) and not bool(np.signbit(values[values == 0]).any())
