"""Grades what a program can of the networking documentation: topic and style stay unjudged."""

from __future__ import annotations

from pathlib import Path

from ...grading.counting import words_within
from ...grading.dataset import Dataset, grader, read_jsonl
from ...grading.fates import Fate, trace, wrong_rows
from ...grading.tables import repeats, wrong_columns


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, "id", "text"):
        return wrong
    rows, before = dataset.rows, read_jsonl(source)
    origins = trace([(row["id"], row["text"]) for row in rows], [(row["id"], row["text"]) for row in before])
    lengths = [words_within(row["text"], 20) for row in before]
    fates = [Fate.DROP if one is Fate.DROP else Fate.OPEN for one in lengths]
    return [*wrong_rows(fates, origins, [row["id"] for row in before]), *repeats(rows, "text")]


grade = grader(_check)
