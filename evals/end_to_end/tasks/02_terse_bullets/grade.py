"""Grades the terse list."""

from __future__ import annotations

from pathlib import Path

from ...grading.counting import characters_within
from ...grading.dataset import Dataset, grader, read_jsonl
from ...grading.fates import equal_pairs, several, trace, wrong_rows
from ...grading.tables import changed, repeats, wrong_columns, wrong_format

COLUMNS = ("id", "module", "kind", "text")


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before = dataset.rows, read_jsonl(source)
    keys, keys_before = ([tuple(row[name] for name in COLUMNS) for row in table] for table in (rows, before))
    origins = trace(keys, keys_before)
    fates = [characters_within(row["text"], 200, 1500) for row in before]
    conflicts = equal_pairs(row["text"] for row in before)
    return [
        *wrong_format(dataset, "jsonl"),
        *wrong_rows(fates, origins, [row["id"] for row in before], conflicts),
        *changed(rows, origins, before, {name: name for name in COLUMNS}),
        *repeats(rows, "text"),
        *several("rows are too few", [len(rows)] if len(rows) < 1500 else []),
    ]


grade = grader(_check)
