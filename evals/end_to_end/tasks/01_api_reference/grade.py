"""Grades the API reference subset."""

from __future__ import annotations

import re
from pathlib import Path

from ...grading.counting import words_within
from ...grading.dataset import Dataset, Row, grader, read_jsonl
from ...grading.fates import Fate, all_of, equal_pairs, fate, several, trace, wrong_rows
from ...grading.markup import EMAIL
from ...grading.tables import changed, repeats, unsorted, violating, wrong_columns, wrong_format

BANNED = re.compile("deprecated|todo|xxx", re.IGNORECASE)
BANNED_WORDS = re.compile(r"\b(?:deprecated|todo|xxx)\b", re.IGNORECASE)
LIKE_EMAIL = re.compile(r"\S@\S|\bat\b.*\bdot\b")


def _fate(row: Row) -> Fate:
    text = row["text"]
    return all_of(
        fate([row["kind"] in ("function", "class")]),
        words_within(text, 30, 400),
        fate([not BANNED.search(text), not BANNED_WORDS.search(text)]),
        fate([not EMAIL.search(text), not LIKE_EMAIL.search(text)]),
        fate([bool(row["id"])]),
    )


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, "name", "module", "kind", "text"):
        return wrong
    rows, before = dataset.rows, read_jsonl(source)
    columns = {"name": "id", "module": "module", "kind": "kind", "text": "text"}
    origins = trace(
        [tuple(row[c] for c in columns) for row in rows], [tuple(row[c] for c in columns.values()) for row in before]
    )
    conflicts = equal_pairs(row["text"] for row in before) + equal_pairs(row["id"] for row in before)
    return [
        *wrong_format(dataset, "parquet"),
        *wrong_rows([_fate(row) for row in before], origins, [row["id"] for row in before], conflicts),
        *changed(rows, origins, before, columns),
        *repeats(rows, "text"),
        *repeats(rows, "name"),
        *unsorted(rows, "name"),
        *violating(rows, "text", lambda text: not EMAIL.search(text), "hold an e-mail address"),
        *several("rows are too few", [len(rows)] if len(rows) < 800 else []),
    ]


grade = grader(_check)
