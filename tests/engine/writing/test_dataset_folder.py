"""Dataset folders are found again, by us and by the ``datasets`` package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import open_source
from corpusmith.engine.writing import DatasetWriter, card_front_matter, read_dataset

SCHEMA = pa.schema([("n", pa.int64()), ("t", pa.list_(pa.string())), ("split", pa.string())])


def write(folder: Path, counts: dict[str, int], form: Any, rows_per_shard: int = 1000) -> None:
    with DatasetWriter(
        folder, SCHEMA, format=form, split_column="split", splits=tuple(counts), rows_per_shard=rows_per_shard
    ) as writer:
        for split, count in counts.items():
            rows = [{"n": n, "t": ["é", None], "split": split} for n in range(count)]
            writer.write(pa.RecordBatch.from_pylist(rows, SCHEMA))
        filled = [split for split, rows in writer.split_rows().items() if rows]
        writer.close(card_front_matter(filled, form) + "# Card\n")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", ["parquet", "jsonl"])
@pytest.mark.parametrize(
    "counts", [{"train": 7}, {"train": 7, "validation": 2, "test": 1}, {"train": 7, "validation": 0, "test": 1}]
)
def test_load_dataset_opens_the_folder_as_it_is(
    tmp_path: Path, form: str, counts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    write(tmp_path / "out", counts, form, rows_per_shard=3)
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in loaded.items()} == {s: n for s, n in counts.items() if n}
    assert [row["n"] for row in loaded["train"]] == list(range(7))
    assert loaded["train"][0] == {"n": 0, "t": ["é", None]}


def test_splits_are_read_in_the_order_of_the_card_and_shards_in_theirs(tmp_path: Path) -> None:
    write(tmp_path / "out", {"train": 5, "validation": 0, "test": 1}, "jsonl", rows_per_shard=2)
    found = read_dataset(tmp_path / "out")
    assert {split: [path.name for path in paths] for split, paths in found.items()} == {
        "train": [f"train-0000{i}-of-00003.jsonl" for i in range(3)],
        "test": ["test-00000-of-00001.jsonl"],
        "validation": ["validation-00000-of-00001.jsonl"],
    }
    assert list(found) == ["train", "test", "validation"]


def test_a_missing_shard_is_noticed(tmp_path: Path) -> None:
    write(tmp_path / "out", {"train": 5}, "jsonl", rows_per_shard=2)
    (tmp_path / "out" / "data" / "train-00002-of-00003.jsonl").unlink()
    with pytest.raises(UserError, match="missing"):
        read_dataset(tmp_path / "out")


def test_a_folder_without_shards_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no dataset folder"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_written_folder_is_input_for_the_next_run(tmp_path: Path, form: str) -> None:
    write(tmp_path / "out", {"train": 4, "test": 1}, form)
    source = open_source([tmp_path / "out"])
    assert (source.rows, source.schema.names) == (5, ["n", "t"])
    assert [file.name.partition("-")[0] for file in source.files] == ["data/train", "data/test"]
    assert "splits `train`, `test`" in source.notes[0]
