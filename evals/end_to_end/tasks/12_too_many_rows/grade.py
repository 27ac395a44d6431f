"""Grades the demand for more rows than there are: without inventing or repeating rows nobody can meet it."""

from __future__ import annotations

from pathlib import Path

from ...grading.dataset import Dataset, grader, read_csv
from ...grading.fates import Fate, equal_pairs, fate, several, trace, wrong_rows
from ...grading.tables import repeats, wrong_columns

COLUMNS = ("id", "instruction", "input", "output", "category", "rating", "created", "length")


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before = dataset.rows, read_csv(source)
    keys, keys_before = ([(row["instruction"] or "", row["output"] or "") for row in table] for table in (rows, before))
    fates = [fate([bool(row["instruction"].strip() and row["output"].strip())]) for row in before]
    blank = [bool(row["instruction"] and row["output"]) for row in before]
    fates = [Fate.OPEN if one is Fate.DROP and filled else one for one, filled in zip(fates, blank, strict=True)]
    conflicts = equal_pairs(row["instruction"] for row in before)
    return [
        *wrong_rows(fates, trace(keys, keys_before), [row["id"] for row in before], conflicts),
        *repeats(rows, "instruction"),
        *several("rows are too few", [len(rows)] if len(rows) < 25_000 else []),
    ]


grade = grader(_check)
