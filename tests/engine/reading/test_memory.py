"""Sources of rows and batches in memory."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import source_of_batches, source_of_rows


def test_rows_become_a_source_with_identities() -> None:
    source = source_of_rows([{"x": 1}, {"x": None, "y": ["a"]}], table="docs", name="sample")
    assert [row for batch in source.batches() for row in batch.to_pylist()] == [
        {ROW_ID: "docs:sample:1", "x": 1, "y": None},
        {ROW_ID: "docs:sample:2", "x": None, "y": ["a"]},
    ]
    assert source.rows == 2


def test_values_beyond_json_keep_their_types() -> None:
    row = {"t": datetime(2020, 1, 2), "b": b"\xff", "d": Decimal("1.50"), "i": (1, 2)}
    source = source_of_rows([row])
    assert source.schema.types == [pa.timestamp("us"), pa.binary(), pa.decimal128(3, 2), pa.list_(pa.int64())]
    assert next(source.batches()).to_pylist() == [{ROW_ID: "rows:memory:1", **row, "i": [1, 2]}]


def test_a_row_with_invalid_unicode_is_quarantined() -> None:
    source = source_of_rows([{"x": ["a"]}, {"x": ["\ud800"]}, {"\udfff": 1}, {"x": ["b"]}])
    assert [bad.row for bad in source.quarantined] == ["rows:memory:2", "rows:memory:3"]
    assert [row[ROW_ID] for row in next(source.batches()).to_pylist()] == ["rows:memory:1", "rows:memory:4"]


def test_no_rows_are_a_source_too() -> None:
    source = source_of_rows([])
    assert (source.rows, source.schema.names, list(source.batches())) == (0, [], [])


def test_the_fingerprint_follows_the_rows() -> None:
    prints = [source_of_rows(rows).fingerprint for rows in ([{"x": 1}], [{"x": 1}], [{"x": 2}], [{"x": "1"}])]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


@pytest.mark.parametrize("row", [{1: "x"}, "text", {ROW_ID: "x"}, {"x": object()}])
def test_what_cannot_be_a_row_is_refused(row: object) -> None:
    with pytest.raises(UserError):
        source_of_rows([row])  # type: ignore[list-item]


def test_a_sample_of_a_source_keeps_its_row_identities() -> None:
    source = source_of_rows([{"x": i} for i in range(10)])
    sample = next(source.batches()).take(pa.array([7, 2]))
    again = source_of_batches(source.schema, [sample], "print")
    assert [row for batch in again.batches(1) for row in batch.to_pylist()] == sample.to_pylist()
    assert (again.rows, again.fingerprint) == (2, "print")


def test_batches_that_do_not_fit_the_schema_are_refused() -> None:
    batch = pa.RecordBatch.from_pylist([{"x": 1}])
    with pytest.raises(ValueError, match="columns"):
        source_of_batches(batch.schema, [batch], "print")
