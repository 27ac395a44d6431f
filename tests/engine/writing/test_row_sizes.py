"""The size of a row is that of its values alone, and shards end where sizes say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.writing import DatasetWriter
from corpusmith.engine.writing.row_sizes import row_sizes
from corpusmith.engine.writing.split_writer import SplitWriter

TEXT = st.none() | st.text(max_size=5)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "n": st.none() | st.integers(-9, 9),
            "t": TEXT,
            "l": st.none() | st.lists(TEXT, max_size=3),
            "m": st.none() | st.lists(st.none() | st.fixed_dictionaries({"a": TEXT, "b": st.booleans()}), max_size=3),
        }
    ),
    max_size=12,
)
SCHEMA = pa.schema(
    [
        ("n", pa.int64()),
        ("t", pa.string()),
        ("l", pa.list_(pa.string())),
        ("m", pa.list_(pa.struct([("a", pa.string()), ("b", pa.bool_())]))),
    ]
)


@given(ROWS, st.data())
def test_a_row_has_the_same_size_in_any_batch(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    whole = pa.RecordBatch.from_pylist(rows, SCHEMA)
    alone = [int(row_sizes(pa.RecordBatch.from_pylist([row], SCHEMA))[0]) for row in rows]
    start = data.draw(st.integers(0, len(rows)))
    assert row_sizes(whole).tolist() == alone
    assert row_sizes(whole.slice(start)).tolist() == alone[start:]


@pytest.mark.parametrize(
    ("value", "dtype", "size"),
    [
        (1, pa.int64(), 8),
        (True, pa.bool_(), 1),
        ("é", pa.string(), 6),
        (None, pa.string(), 4),
        (b"abc", pa.binary(), 7),
        (["ab", None], pa.list_(pa.string()), 4 + 6 + 4),
        ({"a": 1, "b": "x"}, pa.struct([("a", pa.int32()), ("b", pa.string())]), 4 + 5),
        (None, pa.null(), 1),
    ],
)
def test_the_size_is_that_of_the_values(value: Any, dtype: pa.DataType, size: int) -> None:
    assert row_sizes(pa.RecordBatch.from_arrays([pa.array([value], dtype)], ["x"])).tolist() == [size]


def test_a_shard_ends_with_the_row_that_reaches_its_bytes(tmp_path: Path) -> None:
    batch = pa.RecordBatch.from_pydict({"x": ["y" * 96] * 25})
    with DatasetWriter(tmp_path / "out", batch.schema, max_shard_bytes=950, row_group=4) as writer:
        writer.write(batch)
        assert [shard.rows for shard in writer.close("")] == [10, 10, 5]


def test_a_row_larger_than_a_shard_has_one_of_its_own(tmp_path: Path) -> None:
    batch = pa.RecordBatch.from_pydict({"x": ["y" * 5000] * 3})
    with DatasetWriter(tmp_path / "out", batch.schema, max_shard_bytes=100) as writer:
        writer.write(batch)
        assert [shard.rows for shard in writer.close("")] == [1, 1, 1]


def test_a_row_group_of_very_long_rows_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setattr(f"{SplitWriter.__module__}._GROUP_BYTES", 250)
    batch = pa.RecordBatch.from_pydict({"x": ["y" * 96] * 10})
    with DatasetWriter(tmp_path / "out", batch.schema, row_group=8) as writer:
        writer.write(batch)
        [shard] = writer.close("")
    metadata = pq.ParquetFile(shard.path).metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [3, 3, 3, 1]
