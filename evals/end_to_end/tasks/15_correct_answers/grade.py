"""Grades what a program can of the correct answers: correctness and tone stay unjudged."""

from __future__ import annotations

from pathlib import Path

from ...grading.dataset import Dataset, grader, read_csv
from ...grading.fates import Fate, trace, wrong_rows
from ...grading.tables import repeats, wrong_columns

COLUMNS = ("id", "instruction", "output")


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before = dataset.rows, read_csv(source)
    origins = trace(
        [tuple(row[c] or "" for c in COLUMNS) for row in rows], [tuple(row[c] for c in COLUMNS) for row in before]
    )
    filled = [bool(row["instruction"] and row["output"]) for row in before]
    fates = [Fate.OPEN if one else Fate.DROP for one in filled]
    return [*wrong_rows(fates, origins, [row["id"] for row in before]), *repeats(rows, "instruction")]


grade = grader(_check)
