"""Batches as bytes, to go through a pipe."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa


def packed(batches: Sequence[pa.RecordBatch]) -> bytes:
    """Return batches of one schema as an Arrow IPC stream; empty when there are none."""
    if not batches:
        return b""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def unpacked(content: bytes) -> list[pa.RecordBatch]:
    """Return the batches that ``packed`` was given."""
    if not content:
        return []
    with pa.ipc.open_stream(pa.py_buffer(content)) as reader:
        return list(reader)
