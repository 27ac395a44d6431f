"""Frames as operators take and give them, from and to Arrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ...operator import FrameType
from ...reading.arrow_types import carried_type


def to_frame(table: pa.Table, frame_type: FrameType | None) -> Any:
    """Return the table as a frame of the kind that the operator takes; pandas columns keep their Arrow types."""
    if frame_type == "pandas":
        import pandas as pd

        return table.to_pandas(types_mapper=pd.ArrowDtype)
    if frame_type == "polars":
        import polars as pl

        return pl.from_arrow(table)
    return table


def from_frame(frame: Any, frame_type: FrameType | None) -> pa.Table:
    """Return what an operator gave as a table of carried types, in one chunk.

    Raises ``TypeError`` for anything but the kind of frame that it takes, and for pandas rows that changed their order.
    """
    kinds = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow"}
    if type(frame).__module__.partition(".")[0] != kinds[frame_type or "arrow"] or not hasattr(frame, "columns"):
        raise TypeError(f"the operator gave a {type(frame).__name__} where a {frame_type} table is expected")
    if frame_type == "pandas":
        if list(frame.index) != list(range(len(frame))):
            raise TypeError("the operator changed the order or the number of the rows")
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    else:
        table = frame.to_arrow() if frame_type == "polars" else frame
    plain = pa.schema([pa.field(field.name, carried_type(field.type)) for field in table.schema])
    return table.cast(plain).combine_chunks()


def only_batch(table: pa.Table) -> pa.RecordBatch:
    """Return the rows of a table as one batch."""
    columns = [
        pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type) for column in table.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=table.schema)


def reasons_of(answer: Any) -> list[Any]:
    """Return a frame filter's answer as a list with one element per row; missing values become ``None``."""
    if hasattr(answer, "columns"):
        raise TypeError("a filter answers a reason or null for each row, not a frame")
    if isinstance(answer, pa.Array | pa.ChunkedArray):
        return list(answer.to_pylist())
    return [None if _is_missing(reason) else reason for reason in answer]


def _is_missing(value: Any) -> bool:
    """Say whether ``value`` is one of the ways in which frames say that there is none."""
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)
