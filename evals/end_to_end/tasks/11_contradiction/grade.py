"""Grades the contradiction: whatever the dataset holds, it breaks one of the demands."""

from __future__ import annotations

from pathlib import Path

from ...grading.counting import words_within
from ...grading.dataset import Dataset, grader
from ...grading.fates import Fate, several
from ...grading.tables import violating, wrong_columns


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, "id", "text"):
        return wrong
    return [
        *violating(dataset.rows, "text", lambda text: words_within(text or "", 60) is Fate.KEEP, "are under 60 words"),
        *violating(
            dataset.rows, "text", lambda text: words_within(text or "", 0, 25) is Fate.KEEP, "are over 25 words"
        ),
        *several("rows are too few", [len(dataset.rows)] if len(dataset.rows) < 50 else []),
    ]


grade = grader(_check)
