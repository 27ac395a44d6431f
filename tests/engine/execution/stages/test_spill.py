"""Tables on disk: any rows come back in any order, and only what is asked for is in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusmith.engine.columns import ORIGINS, ROW_ID
from corpusmith.engine.execution.stages import spill
from corpusmith.engine.execution.stages.spill import BoundTable, SpilledTable, SpillWriter

SCHEMA = pa.schema([(ROW_ID, pa.string()), ("text", pa.string()), ("n", pa.int64())])


def batch_of(start: int, rows: int, text: str = "text") -> pa.RecordBatch:
    numbers = range(start, start + rows)
    columns = [[f"rows:x:{n}" for n in numbers], [f"{text} {n}" for n in numbers], list(numbers)]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], schema=SCHEMA)


def spilled(folder: Path, sizes: list[int], text: str = "text") -> SpilledTable:
    writer = SpillWriter(folder / "rows.arrow", SCHEMA)
    start = 0
    for size in sizes:
        writer.write(batch_of(start, size, text))
        start += size
    writer.close()
    return SpilledTable(folder / "rows.arrow", "fingerprint")


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(0, 1500), max_size=4), data=st.data())
def test_rows_are_taken_from_any_batch_in_any_order(sizes: list[int], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = spilled(Path(folder), sizes)
        assert table.num_rows == sum(sizes)
        positions = data.draw(st.lists(st.integers(0, sum(sizes) - 1), max_size=20)) if sum(sizes) else []
        assert table.take(positions).column("n").to_pylist() == positions
        assert table.take(positions, [ROW_ID]).to_pylist() == [{ROW_ID: f"rows:x:{n}"} for n in positions]
        assert [n for batch in table.batches(["n"]) for n in batch.column("n").to_pylist()] == [*range(sum(sizes))]


def test_batches_on_disk_do_not_depend_on_those_that_were_written(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    one, other = spilled(folders[0], [3000]), spilled(folders[1], [1, 1400, 0, 1599])
    assert [*one.full_batches()] == [*other.full_batches()]
    assert [batch.num_rows for batch in one.full_batches()] == [1024, 1024, 952]
    assert [batch.num_rows for batch in one.full_batches(700)] == [700, 700, 700, 700, 200]


@pytest.mark.parametrize("position", [-1, 10])
def test_a_position_outside_the_table_is_refused(tmp_path: Path, position: int) -> None:
    with pytest.raises(IndexError):
        spilled(tmp_path, [10]).take([0, position])


def test_a_pass_holds_one_batch_and_reads_only_the_columns_that_are_asked_for(tmp_path: Path) -> None:
    table = spilled(tmp_path, [1000] * 50, "long " * 200)
    assert table.path.stat().st_size > 40_000_000
    for columns, limit in ((None, 5_000_000), (["n"], 400_000)):
        before, most = pa.total_allocated_bytes(), 0
        for batch in table.batches(columns):
            assert batch.column("n")[0].is_valid
            most = max(most, pa.total_allocated_bytes() - before)
        assert most < limit


def test_taking_rows_holds_those_rows_and_not_the_table(tmp_path: Path) -> None:
    table = spilled(tmp_path, [1000] * 50, "long " * 200)
    positions = np.random.default_rng(0).permutation(50_000)[:100]
    pool = pa.default_memory_pool()
    before = pool.bytes_allocated()
    taken = table.take(positions)
    assert taken.column("n").to_pylist() == positions.tolist()
    assert pool.bytes_allocated() - before < 1_000_000


def test_long_rows_make_small_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "_BATCH_BYTES", 10_000)
    table = spilled(tmp_path, [10] * 10, "long " * 200)
    assert {batch.num_rows for batch in table.full_batches()} == {10}


def test_hidden_columns_are_not_seen(tmp_path: Path) -> None:
    schema = pa.schema([(ROW_ID, pa.string()), (ORIGINS, pa.list_(pa.string())), ("n", pa.int64())])
    writer = SpillWriter(tmp_path / "rows.arrow", schema)
    writer.write(pa.RecordBatch.from_pylist([{ROW_ID: "r", ORIGINS: ["r"], "n": 1}], schema=schema))
    writer.close()
    table = SpilledTable(tmp_path / "rows.arrow", "")
    assert table.schema.names == BoundTable(table, {}).schema.names == ["n"]
    assert [batch.to_pylist() for batch in table.batches()] == [[{"n": 1}]]


def test_a_bound_table_shows_columns_under_the_operators_names(tmp_path: Path) -> None:
    table = BoundTable(spilled(tmp_path, [2]), {"body": "text"})
    assert table.schema.names == ["body", "text", "n"]
    assert table.num_rows == 2
    assert [row for batch in table.batches(["n", "body", "n"]) for row in batch.to_pylist()] == [
        {"n": 0, "body": "text 0"},
        {"n": 1, "body": "text 1"},
    ]
    hides = BoundTable(spilled(tmp_path, [1]), {"n": "text"})
    assert next(hides.batches()).to_pylist() == [{"n": "text 0", "text": "text 0"}]
