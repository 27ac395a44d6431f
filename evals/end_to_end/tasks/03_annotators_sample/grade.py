"""Grades the sample for the annotators."""

from __future__ import annotations

from pathlib import Path

from ...grading.dataset import Dataset, grader, read_jsonl
from ...grading.fates import Fate, several, trace, wrong_rows
from ...grading.tables import changed, unsorted, wrong_columns, wrong_format

COLUMNS = {"id": "id", "module": "module", "kind": "kind", "docstring": "text", "lines": "lines"}
PARTS = 5
FAIR = 0.1
"""A random sample has about a fifth of its rows from each fifth of the input; half of that never happens by chance."""


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before = dataset.rows, read_jsonl(source)
    right = [row["kind"] in ("module", "function") and 5 <= row["lines"] <= 60 for row in before]
    keys = [tuple(row[name] for name in COLUMNS) for row in rows]
    origins = trace(keys, [tuple(row[name] for name in COLUMNS.values()) for row in before])
    fates = [Fate.OPEN if one else Fate.DROP for one in right]
    return [
        *wrong_format(dataset, "parquet"),
        *several("rows instead of 500", [len(rows)] if len(rows) != 500 else []),
        *wrong_rows(fates, origins, [row["id"] for row in before]),
        *changed(rows, origins, before, COLUMNS),
        *unsorted(rows, "module"),
        *_not_random([at for at, one in enumerate(right) if one], origins),
    ]


def _not_random(qualified: list[int], origins: list[int | None]) -> list[str]:
    taken = {origin for origin in origins if origin is not None}
    size = -(-len(qualified) // PARTS)
    shares = [
        sum(at in taken for at in qualified[start : start + size]) / max(len(taken), 1)
        for start in range(0, len(qualified), size)
    ]
    return several("parts of the input are hardly in the sample", [round(one, 3) for one in shares if one < FAIR])


grade = grader(_check)
