"""Dataset folders: what is written, that it depends on the rows alone, and that it is whole or not there."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.writing import DatasetWriter, ShardFile, read_dataset

SCHEMA = pa.schema([(ROW_ID, pa.string()), ("n", pa.int64()), ("t", pa.list_(pa.string())), ("split", pa.string())])


def batch_of(rows: list[dict[str, Any]], schema: pa.Schema = SCHEMA) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema)


def numbered(count: int) -> list[dict[str, Any]]:
    splits = ("train", "test", "train")
    return [
        {ROW_ID: f"rows:a:{n}", "n": n, "t": [str(n)] * (n % 3) or None, "split": splits[n % 3]} for n in range(count)
    ]


def written(folder: Path, rows: list[dict[str, Any]], sizes: list[int], **options: Any) -> list[ShardFile]:
    with DatasetWriter(folder, SCHEMA, **options) as writer:
        for size in sizes:
            batch, rows = rows[:size], rows[size:]
            writer.write(batch_of(batch))
        writer.write(batch_of(rows))
        return writer.close("# Card\n")


def rows_in(paths: list[Path]) -> list[dict[str, Any]]:
    if paths[0].suffix == ".jsonl":
        return [orjson.loads(line) for path in paths for line in path.read_bytes().splitlines()]
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_the_folder_holds_the_card_and_the_visible_columns(tmp_path: Path, form: Any) -> None:
    [shard] = written(tmp_path / "out", numbered(5), [], format=form)
    assert (tmp_path / "out" / "README.md").read_text() == "# Card\n"
    assert shard.path == tmp_path / "out" / "data" / f"train-00000-of-00001.{form}"
    assert rows_in([shard.path]) == [{key: row[key] for key in ("n", "t", "split")} for row in numbered(5)]
    content = shard.path.read_bytes()
    assert shard[1:] == ("train", 5, hashlib.sha256(content).hexdigest(), len(content))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_rows_go_to_their_split_in_order(tmp_path: Path, form: Any) -> None:
    options = {"split_column": "split", "splits": ("train", "validation", "test"), "format": form}
    shards = written(tmp_path / "out", numbered(9), [4], **options)
    assert [(shard.split, shard.rows) for shard in shards] == [("train", 6), ("validation", 0), ("test", 3)]
    assert [row["n"] for row in rows_in([shards[0].path])] == [0, 2, 3, 5, 6, 8]
    assert rows_in([shards[2].path])[0] == {"n": 1, "t": ["1"]}


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_an_empty_output_still_has_a_shard_per_split(tmp_path: Path, form: Any) -> None:
    shards = written(tmp_path / "out", [], [], format=form, split_column="split", splits=("train", "test"))
    assert [(shard.split, shard.rows) for shard in shards] == [("train", 0), ("test", 0)]
    if form == "parquet":
        assert pq.read_schema(shards[1].path).names == ["n", "t"]
    else:
        assert shards[1].bytes == 0


def test_an_empty_output_without_declared_splits_has_one_shard(tmp_path: Path) -> None:
    [shard] = written(tmp_path / "out", [], [], split_column="split")
    assert (shard.split, shard.rows) == ("train", 0)


def test_shards_and_row_groups_have_fixed_sizes(tmp_path: Path) -> None:
    shards = written(tmp_path / "out", numbered(25), [7, 13], rows_per_shard=10, row_group=4)
    assert [shard.path.name for shard in shards] == [f"train-0000{i}-of-00003.parquet" for i in range(3)]
    assert [shard.rows for shard in shards] == [10, 10, 5]
    metadata = pq.ParquetFile(shards[0].path).metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [4, 4, 2]
    assert [row["n"] for row in rows_in([shard.path for shard in shards])] == list(range(25))


@given(st.lists(st.integers(0, 12), max_size=8), st.sampled_from(["parquet", "jsonl"]))
def test_the_bytes_do_not_depend_on_the_batches(sizes: list[int], form: Any) -> None:
    options = {"format": form, "split_column": "split", "rows_per_shard": 11, "row_group": 4}
    with tempfile.TemporaryDirectory() as folder:
        whole = written(Path(folder) / "out", numbered(40), [40], **options)
        cut = written(Path(folder) / "out", numbered(40), sizes, **options)
    assert cut == whole


def test_bytes_do_not_depend_on_schema_metadata_or_the_order_of_columns(tmp_path: Path) -> None:
    [plain] = written(tmp_path / "plain", numbered(3), [])
    schema = SCHEMA.with_metadata({"pandas": "{}"})
    with DatasetWriter(tmp_path / "other", schema) as writer:
        writer.write(batch_of(numbered(3), pa.schema([*reversed(SCHEMA), pa.field("extra", pa.int64())])))
        [other] = writer.close("")
    assert other.sha256 == plain.sha256


def test_rows_so_far_are_counted_by_split(tmp_path: Path) -> None:
    with DatasetWriter(tmp_path / "out", SCHEMA, split_column="split", splits=("train", "test", "extra")) as writer:
        writer.write(batch_of(numbered(6)))
        assert writer.split_rows() == {"train": 4, "test": 2, "extra": 0}


def test_json_lines_keep_every_kind_of_value(tmp_path: Path) -> None:
    row = {
        "i": 2**63 - 1,
        "s": {"a": [None, "\u2028é"]},
        "t": datetime(2020, 1, 2, 3, tzinfo=UTC),
        "b": b"\xff",
        "z": None,
    }
    batch = pa.RecordBatch.from_pylist([row], pa.RecordBatch.from_pylist([row]).schema)
    with DatasetWriter(tmp_path / "out", batch.schema, format="jsonl") as writer:
        writer.write(batch)
        [shard] = writer.close("")
    assert rows_in([shard.path]) == [{**row, "t": "2020-01-02T03:00:00+00:00", "b": "/w=="}]


def test_an_existing_folder_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    written(tmp_path / "out", numbered(3), [])
    (tmp_path / "out" / "stale.txt").write_text("stale")
    with DatasetWriter(tmp_path / "out", SCHEMA) as writer:
        writer.write(batch_of(numbered(5)))
        assert len(rows_in(read_dataset(tmp_path / "out")["train"])) == 3
        writer.close("")
    assert len(rows_in(read_dataset(tmp_path / "out")["train"])) == 5
    assert not (tmp_path / "out" / "stale.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_leaving_without_close_leaves_nothing_behind(tmp_path: Path, form: Any) -> None:
    with pytest.raises(RuntimeError), DatasetWriter(tmp_path / "out", SCHEMA, format=form, row_group=2) as writer:
        writer.write(batch_of(numbered(5)))
        raise RuntimeError("the run failed")
    assert list(tmp_path.iterdir()) == []


def test_the_remains_of_a_killed_run_are_replaced(tmp_path: Path) -> None:
    abandoned = DatasetWriter(tmp_path / "out", SCHEMA, row_group=2)
    abandoned.write(batch_of(numbered(5)))
    [shard] = written(tmp_path / "out", numbered(3), [])
    assert [path.name for path in shard.path.parent.iterdir()] == [shard.path.name]
    abandoned.abandon()


def test_a_split_that_is_not_declared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"undeclared split `test`"):
        written(tmp_path / "out", numbered(3), [], split_column="split", splits=("train", "tests"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("split", ["a-b", "", "a/b", None])
def test_a_split_that_cannot_be_named_so_is_refused(tmp_path: Path, split: Any) -> None:
    with pytest.raises(UserError, match="cannot be named"):
        written(tmp_path / "out", [{"split": split}], [], split_column="split")


def test_rows_without_any_column_are_refused(tmp_path: Path) -> None:
    schema = pa.schema([(ROW_ID, pa.string())])
    with DatasetWriter(tmp_path / "out", schema) as writer, pytest.raises(UserError, match="no columns"):
        writer.write(batch_of([{ROW_ID: "rows:a:1"}], schema))


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_an_output_without_columns_or_rows_has_no_rows(tmp_path: Path, form: Any) -> None:
    with DatasetWriter(tmp_path / "out", pa.schema([]), format=form) as writer:
        [shard] = writer.close("")
    assert shard.rows == 0
    assert rows_in([shard.path]) == []
