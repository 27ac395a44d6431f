"""Reading a finished dataset folder and the input files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, Any]


class Unreadable(Exception):  # noqa: N818 - it reads as what it says
    """There is no dataset that can be read; the text says why."""


@dataclass(frozen=True)
class Dataset:
    """The rows of each split in their order, the columns, and the formats of the files (``parquet``, ``jsonl``)."""

    splits: dict[str, list[Row]]
    columns: tuple[str, ...]
    formats: frozenset[str]

    @property
    def rows(self) -> list[Row]:
        """All rows, split after split."""
        return [row for rows in self.splits.values() for row in rows]


Check = Callable[[Dataset, Path], list[str]]


def grader(check: Check) -> Callable[[Path, Path], list[str]]:
    """Make ``grade(out, source)`` of a check: it reads the dataset, and one that cannot be read is a reason."""

    def grade(out: Path, source: Path) -> list[str]:
        try:
            return check(read_dataset(out), source)
        except Unreadable as unreadable:
            return [str(unreadable)]

    return grade


def read_dataset(out: Path) -> Dataset:
    """Read ``out/dataset/data/SPLIT-00000-of-0000N.parquet`` or ``.jsonl``, the shards of a split in order."""
    shards = sorted(path for path in (out / "dataset" / "data").rglob("*") if path.is_file())
    if not shards:
        raise Unreadable("there is no dataset")
    splits: dict[str, list[Row]] = {}
    columns: dict[str, None] = {}
    for shard in shards:
        names, rows = _read_shard(shard)
        splits.setdefault(shard.name.split("-")[0], []).extend(rows)
        columns.update(dict.fromkeys(names))
    return Dataset(splits, tuple(columns), frozenset(shard.suffix.removeprefix(".") for shard in shards))


def _read_shard(path: Path) -> tuple[list[str], list[Row]]:
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return table.column_names, table.to_pylist()
    if path.suffix == ".jsonl":
        rows = read_jsonl(path)
        return list(dict.fromkeys(name for row in rows for name in row)), rows
    raise Unreadable(f"{path.name} is neither Parquet nor JSONL")


def read_jsonl(path: Path) -> list[Row]:
    """Return the rows of a file of JSON lines."""
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file if line.strip()]


def read_csv(path: Path) -> list[Row]:
    """Return the rows of a CSV file, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
