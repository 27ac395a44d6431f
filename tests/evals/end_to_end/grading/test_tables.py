"""Checks of columns, splits, order and cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpusmith.evals.end_to_end.grading.dataset import Dataset, Unreadable, read_dataset
from corpusmith.evals.end_to_end.grading.tables import (
    changed,
    leaks,
    repeats,
    unsorted,
    wrong_columns,
    wrong_format,
    wrong_splits,
)
from corpusmith.evals.end_to_end.output import Output, write_output

ROWS = [{"id": "1", "n": 1}, {"id": "2", "n": 2}]


def written(output: Output, folder: Path) -> Dataset:
    write_output(output, folder)
    return read_dataset(folder)


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_a_dataset_is_read_as_it_was_written(tmp_path: Path, kind: str) -> None:
    dataset = written(Output({"train": ROWS, "test": ROWS[:1]}, kind), tmp_path)
    assert dataset.splits == {"train": ROWS, "test": ROWS[:1]}
    assert wrong_columns(dataset, "n", "id") == wrong_format(dataset, kind) == []
    assert wrong_columns(dataset, "id") and wrong_format(dataset, "csv")


def test_a_file_of_another_kind_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "dataset" / "data").mkdir(parents=True)
    (tmp_path / "dataset" / "data" / "train.csv").touch()
    with pytest.raises(Unreadable, match="neither Parquet nor JSONL"):
        read_dataset(tmp_path)


def test_a_row_without_a_column_is_found(tmp_path: Path) -> None:
    assert wrong_columns(written(Output({"train": [*ROWS, {"id": "3"}]}, "jsonl"), tmp_path), "id", "n")


def test_splits_are_judged_by_name_and_share() -> None:
    dataset = Dataset({"train": ROWS * 9, "test": ROWS}, ("id", "n"), frozenset({"parquet"}))
    assert wrong_splits(dataset, {"train": 0.9, "test": 0.1}, 0.01) == []
    assert wrong_splits(dataset, {"train": 0.8, "test": 0.2}, 0.01)
    assert wrong_splits(dataset, {"train": 0.9, "validation": 0.1}, 0.01)
    assert leaks(dataset.splits, "id") and not leaks({"train": ROWS[:1], "test": ROWS[1:]}, "id")


def test_order_and_repeats_are_found() -> None:
    assert unsorted(ROWS, "n") == unsorted(ROWS[::-1], "n", falling=True) == repeats(ROWS, "id", "n") == []
    assert unsorted(ROWS[::-1], "n") and unsorted(ROWS, "n", falling=True) and repeats(ROWS * 2, "id")


def test_a_changed_value_or_type_is_found_and_an_empty_cell_equals_null() -> None:
    before = [{"a": "1", "b": ""}]
    columns = {"a": "a", "b": "b"}
    assert changed([{"a": "1", "b": None}], [0], before, columns) == []
    assert changed([{"a": 1, "b": ""}], [0], before, columns) == ["1 cells of a were changed: '1'"]
    assert changed([{"a": "1", "b": "x"}], [0], before, columns) == ["1 cells of b were changed: 'x'"]
