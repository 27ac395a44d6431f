"""Grades the typed instruction table."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ...grading.dataset import Dataset, Row, grader, read_csv
from ...grading.fates import Fate, equal_pairs, fate, several, trace, wrong_rows
from ...grading.tables import changed, repeats, unsorted, violating, wrong_columns, wrong_format

COLUMNS = ("id", "instruction", "input", "output", "category", "rating", "created")
CATEGORIES = ("application", "generation", "classification", "math", "code")


def _category(row: Row) -> str:
    return str(row["category"]).strip().lower()


def _is_wanted_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and date(2021, 1, 1) <= date.fromisoformat(text) <= date(
            2023, 12, 31
        )
    except ValueError:
        return False


def _fate(row: Row) -> Fate:
    return fate(
        [
            bool(re.fullmatch(r"[0-9]{6}", row["id"]))
            and bool(row["instruction"].strip() and row["output"].strip())
            and _category(row) in CATEGORIES
            and row["rating"] in ("1", "2", "3", "4", "5")
            and _is_wanted_date(row["created"])
        ]
    )


def _as_asked(row: Row) -> Row:
    """The row as the spec wants it; a date may be stored as text, too, so it is compared as text."""
    rating = int(row["rating"]) if row["rating"].isdecimal() else None
    return {**row, "category": _category(row), "rating": rating}


def _with_text_date(row: Row) -> Row:
    created = row["created"]
    if isinstance(created, datetime):
        created = created.date() if created.time() == datetime.min.time() else created
    return {**row, "created": created.isoformat() if isinstance(created, date) else created}


def _key(row: Row) -> tuple[Any, ...]:
    return (row["id"], row["instruction"], row["output"])


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before = [_with_text_date(row) for row in dataset.rows], read_csv(source)
    conflicts = equal_pairs(row["id"] for row in before) + equal_pairs(_key(row)[1:] for row in before)
    origins = trace(
        [_key(row) for row in rows],
        [_key(row) for row in before],
        lambda at, was: float(_is_like(rows[at], before[was])),
    )
    share = sum(row["category"] == "math" for row in rows) / max(len(rows), 1)
    return [
        *wrong_format(dataset, "parquet"),
        *wrong_rows([_fate(row) for row in before], origins, [row["id"] for row in before], conflicts),
        *changed(rows, origins, [_as_asked(row) for row in before], {name: name for name in COLUMNS}),
        *violating(rows, "rating", lambda rating: type(rating) is int, "are no integers"),
        *repeats(rows, "id"),
        *repeats(rows, "instruction", "output"),
        *unsorted(rows, "id"),
        *several("rows are too few", [len(rows)] if len(rows) < 400 else []),
        *several("is too small a share of math", [share] if share < 0.15 else []),
    ]


def _is_like(row: Row, before: Row) -> bool:
    """Tell apart two rows of the input with the same key: one may qualify and the other not."""
    return bool(str(row["rating"]) == before["rating"] and row["created"] == before["created"])


grade = grader(_check)
