"""Grades the splits without leakage."""

from __future__ import annotations

import re
from pathlib import Path

from ...grading.counting import words_within
from ...grading.dataset import Dataset, grader, read_jsonl
from ...grading.fates import all_of, equal_pairs, fate, trace, wrong_rows
from ...grading.markup import squeezed
from ...grading.tables import changed, leaks, repeats, violating, wrong_columns, wrong_format, wrong_splits

COLUMNS = ("id", "module", "kind", "text", "lines")
MESS = re.compile(r"\t| +(?=\n|$)|\n[^\S\n]*\n[^\S\n]*\n")


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before = dataset.rows, read_jsonl(source)
    keys, keys_before = (
        [(r["id"], r["kind"], r["lines"], squeezed(r["text"])) for r in table] for table in (rows, before)
    )
    origins = trace(keys, keys_before)
    fates = [all_of(words_within(row["text"], 10), fate([row["kind"] != "comment"])) for row in before]
    conflicts = equal_pairs(squeezed(row["text"]) for row in before)
    return [
        *wrong_format(dataset, "parquet"),
        *wrong_splits(dataset, {"train": 0.8, "validation": 0.1, "test": 0.1}, tolerance=0.03),
        *leaks(dataset.splits, "module"),
        *leaks(dataset.splits, "text"),
        *wrong_rows(fates, origins, [row["id"] for row in before], conflicts),
        *changed(rows, origins, before, {name: name for name in COLUMNS if name != "text"}),
        *repeats(rows, "text"),
        *violating(rows, "text", lambda text: not MESS.search(text), "are a mess of white space"),
    ]


grade = grader(_check)
