"""Batches are cut anew without losing, doubling or reordering rows."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.reading.row_buffer import rebatched

SCHEMA = pa.schema([("x", pa.int64())])


def batches_of(sizes: list[int]) -> list[pa.RecordBatch]:
    numbers = iter(range(sum(sizes)))
    return [
        pa.RecordBatch.from_arrays([pa.array([next(numbers) for _ in range(n)], pa.int64())], schema=SCHEMA)
        for n in sizes
    ]


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 30))
def test_rows_come_in_order_in_batches_of_the_given_size(sizes: list[int], rows: int) -> None:
    cut = list(rebatched(batches_of(sizes), SCHEMA, rows, 1 << 30))
    assert [value for batch in cut for value in batch.column("x").to_pylist()] == list(range(sum(sizes)))
    assert all(batch.num_rows == rows for batch in cut[:-1])
    assert all(0 < batch.num_rows <= rows for batch in cut)


def test_a_batch_ends_early_where_the_bytes_are_reached() -> None:
    cut = list(rebatched(batches_of([10, 10, 10, 10, 5]), SCHEMA, 1000, max_bytes=160))
    assert [batch.num_rows for batch in cut] == [20, 20, 5]
