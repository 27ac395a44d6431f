"""Folders that the ``datasets`` package saves, and folders whose card names the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    package = pytest.importorskip("datasets")
    package.disable_progress_bars()
    return package


def rows_of(source: Source) -> list[dict[str, Any]]:
    return [row for batch in source.batches() for row in batch.to_pylist()]


def values(source: Source, column: str = "x") -> list[Any]:
    return [row[column] for row in rows_of(source)]


def part(path: Path, name: str) -> Path:
    return Path(f"{path}::{name}")


def lines(path: Path, *numbers: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f'{{"x": {n}}}\n' for n in numbers))


def card(folder: Path, configs: str) -> None:
    (folder / "README.md").write_text(f"---\nlicense: mit\nconfigs:\n{configs}---\n# Card\n")


def test_a_saved_dataset_is_read_with_every_kind_of_feature(tmp_path: Path, datasets: Any) -> None:
    features = datasets.Features(
        {
            "t": datasets.Value("large_string"),
            "label": datasets.ClassLabel(names=["neg", "pos"]),
            "tags": datasets.Sequence(datasets.ClassLabel(names=["a", "b"])),
            "nested": {"l": [{"n": datasets.Value("int8")}]},
            "when": datasets.Value("timestamp[ms, tz=UTC]"),
            "grid": datasets.Array2D((2, 1), "int32"),
        }
    )
    row = {"t": "é", "label": 1, "tags": [0, 1], "nested": {"l": [{"n": 1}]}, "when": None, "grid": [[1], [2]]}
    made = datasets.Dataset.from_list([row] * 3, features=features)
    made.save_to_disk(tmp_path / "saved", num_shards=2)
    source = open_source([tmp_path / "saved"])
    assert [{key: one[key] for key in row} for one in rows_of(source)] == [row] * 3
    assert values(source, ROW_ID) == [
        "rows:data-00000-of-00002.arrow:1",
        "rows:data-00000-of-00002.arrow:2",
        "rows:data-00001-of-00002.arrow:1",
    ]
    assert source.schema.field("when").type == pa.timestamp("ms", "UTC")
    assert source.notes == [
        "Column `label` holds classes; it is carried as their numbers (0 = neg, 1 = pos).",
        "Column `tags[]` holds classes; it is carried as their numbers (0 = a, 1 = b).",
    ]


def test_the_splits_of_a_saved_dictionary_follow_each_other_and_can_be_named(tmp_path: Path, datasets: Any) -> None:
    made = {name: datasets.Dataset.from_dict({"x": [name, name]}) for name in ("train", "test")}
    datasets.DatasetDict(made).save_to_disk(tmp_path / "saved")
    source = open_source([tmp_path / "saved"])
    assert values(source) == ["train", "train", "test", "test"]
    assert values(source, ROW_ID)[2] == "rows:test/data-00000-of-00001.arrow:1"
    assert "`train`, `test`" in source.notes[0]
    assert values(open_source([part(tmp_path / "saved", "test")])) == ["test", "test"]
    with pytest.raises(UserError, match=r"no split `tets`\. Did you mean `test`"):
        open_source([part(tmp_path / "saved", "tets")])


def test_what_lies_beside_the_listed_files_of_a_saved_dataset_is_not_read(tmp_path: Path, datasets: Any) -> None:
    datasets.Dataset.from_dict({"x": [1]}).save_to_disk(tmp_path / "saved")
    shutil.copy(tmp_path / "saved" / "data-00000-of-00001.arrow", tmp_path / "saved" / "cache-1.arrow")
    assert values(open_source([tmp_path / "saved"])) == [1]


@pytest.mark.parametrize("damage", ["data", "state", "split"])
def test_a_saved_dataset_that_is_not_whole_is_an_error(tmp_path: Path, datasets: Any, damage: str) -> None:
    datasets.DatasetDict({"train": datasets.Dataset.from_dict({"x": [1]})}).save_to_disk(tmp_path / "saved")
    split = tmp_path / "saved" / "train"
    if damage == "data":
        (split / "data-00000-of-00001.arrow").unlink()
    elif damage == "state":
        (split / "state.json").write_text('{"_data_files": [')
    else:
        shutil.rmtree(split)
    with pytest.raises(UserError, match=r"files that are not there|no whole saved dataset"):
        open_source([tmp_path / "saved"])


def test_parquet_of_the_package_says_what_its_classes_are(tmp_path: Path, datasets: Any) -> None:
    features = datasets.Features({"x": datasets.ClassLabel(names=[f"c{n}" for n in range(12)])})
    datasets.Dataset.from_dict({"x": [11]}, features=features).to_parquet(tmp_path / "a.parquet")
    source = open_source([tmp_path])
    assert values(source) == [11]
    assert source.notes[0].endswith("8 = c8, 9 = c9, ... (12 classes)).")


def test_the_card_says_which_files_belong_to_which_split(tmp_path: Path) -> None:
    for name, numbers in {"train-0": [1], "train-1": [2], "test-0": [3], "extra": [4]}.items():
        lines(tmp_path / "data" / f"{name}.jsonl", *numbers)
    card(
        tmp_path,
        "- config_name: default\n  data_files:\n"
        "  - split: train\n    path: data/train-*\n  - split: test\n    path: [data/test-0.jsonl]\n",
    )
    assert values(open_source([tmp_path])) == [1, 2, 3]
    assert values(open_source([part(tmp_path, "test")])) == [3]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ("data_files: b.jsonl", [2]),
        ("data_files: [b.jsonl, a.jsonl]", [2, 1]),
        ("data_files: {test: b.jsonl, train: a.jsonl}", [2, 1]),
        ("data_dir: inner", [3]),
        ("data_files: '**/*.jsonl'", [1, 2, 3]),
    ],
)
def test_files_are_named_in_any_form_that_cards_have(tmp_path: Path, files: str, expected: list[int]) -> None:
    lines(tmp_path / "a.jsonl", 1)
    lines(tmp_path / "b.jsonl", 2)
    lines(tmp_path / "inner" / "c.jsonl", 3)
    card(tmp_path, f"- config_name: one\n  {files}\n")
    assert values(open_source([tmp_path])) == expected


def test_one_of_several_configurations_has_to_be_named(tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", 1)
    lines(tmp_path / "b.jsonl", 2)
    card(tmp_path, "- config_name: one\n  data_files: a.jsonl\n- config_name: two\n  data_files: b.jsonl\n")
    with pytest.raises(UserError, match=r"several configurations: `one`, `two`") as caught:
        open_source([tmp_path])
    assert caught.value.fix.endswith("::one`.")
    assert values(open_source([part(tmp_path, "two")])) == [2]
    card(
        tmp_path,
        "- config_name: one\n  data_files: a.jsonl\n- config_name: two\n  data_files: b.jsonl\n  default: true\n",
    )
    assert values(open_source([tmp_path])) == [2]


@pytest.mark.parametrize("path", ["missing-*.jsonl", "../a.jsonl", "/a.jsonl", "https://example.org/a.jsonl"])
def test_a_card_that_names_what_is_not_in_the_folder_is_an_error(tmp_path: Path, path: str) -> None:
    lines(tmp_path / "a.jsonl", 1)
    lines(tmp_path / "folder" / "b.jsonl", 1)
    card(tmp_path / "folder", f"- config_name: default\n  data_files: {json.dumps(path)}\n")
    with pytest.raises(UserError, match=r"not in the folder|not there"):
        open_source([tmp_path / "folder"])


@pytest.mark.parametrize(
    "header", ["---\n: [\n---\n", "---\nlicense: mit\n---\n", "# No header\n", "---\nconfigs: yes\n---\n"]
)
def test_a_card_that_names_no_files_leaves_the_folder_as_it_is(tmp_path: Path, header: str) -> None:
    (tmp_path / "README.md").write_text(header)
    pq.write_table(pa.table({"x": [1]}), tmp_path / "train-00000-of-00001.parquet")
    source = open_source([tmp_path])
    assert (values(source), source.notes) == ([1], [])
    with pytest.raises(UserError, match="no dataset folder with splits"):
        open_source([part(tmp_path, "train")])
