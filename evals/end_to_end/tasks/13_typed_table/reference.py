"""A right answer, in plain Python."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from ...output import Output

CATEGORIES = {"application", "generation", "classification", "math", "code"}


def build(source: Path) -> Output:
    """Return the dataset that the spec asks for."""
    kept: dict[str, dict[str, Any]] = {}
    pairs: set[tuple[str, str]] = set()
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pair = (row["instruction"], row["output"])
            if _is_right(row) and row["id"] not in kept and pair not in pairs:
                pairs.add(pair)
                category, rating = row["category"].strip().lower(), int(row["rating"])
                row.pop("length")
                kept[row["id"]] = {**row, "category": category, "rating": rating}
    return Output({"train": [kept[name] for name in sorted(kept)]})


def _is_right(row: dict[str, str]) -> bool:
    try:
        created = datetime.strptime(row["created"], "%Y-%m-%d")
    except ValueError:
        return False
    return (
        len(row["id"]) == 6
        and row["id"].isdecimal()
        and bool(row["instruction"].strip())
        and bool(row["output"].strip())
        and row["category"].strip().lower() in CATEGORIES
        and row["rating"] in {"1", "2", "3", "4", "5"}
        and datetime(2021, 1, 1) <= created <= datetime(2023, 12, 31)
    )
