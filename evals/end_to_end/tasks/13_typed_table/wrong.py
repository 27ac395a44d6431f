"""Wrong answers that the grader must reject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ...grading.dataset import read_csv
from ...output import Output
from ...wrong_outputs import each_added, edited, everywhere, ordinary, with_cell


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    return {
        **ordinary(right, "input", "output"),
        **each_added(right, _unwanted(right, source), order=("id",)),
        "one row is lost": edited(right, lambda rows: rows[:100] + rows[101:]),
        "ids are numbers": everywhere(right, lambda row: {**row, "id": int(row["id"])}),
        "ids have lost their zeros": everywhere(right, lambda row: {**row, "id": row["id"].lstrip("0")}),
        "ratings are text": everywhere(right, lambda row: {**row, "rating": str(row["rating"])}),
        "ratings are fractions": everywhere(right, lambda row: {**row, "rating": float(row["rating"])}),
        "a category has capitals": with_cell(right, "category", str.upper),
        "a category has spaces": with_cell(right, "category", lambda old: f" {old}"),
        "untidy categories are lost": _tidy_only(right, source),
        "the order is falling": edited(right, lambda rows: rows[::-1]),
        "the format is JSONL": replace(right, format="jsonl"),
        "length is kept": everywhere(right, lambda row: {**row, "length": "3"}),
        "dates on the edge are lost": edited(right, lambda rows: [r for r in rows if r["created"] != "2021-01-01"]),
    }


def _unwanted(right: Output, source: Path) -> dict[str, dict[str, Any]]:
    kept = {row["id"] for row in right.splits["train"]}
    rows = [{**row, "rating": int(row["rating"])} for row in read_csv(source) if row["rating"].isdecimal()]
    rows = [{name: row[name] for name in row if name != "length"} for row in rows if row["id"] not in kept]
    dated = [row for row in rows if "2021" <= row["created"] < "2024" and row["created"][4] == "-"]
    return {
        "a blank instruction is kept": next(row for row in dated if not row["instruction"].strip()),
        "an empty output is kept": next(row for row in dated if not row["output"]),
        "a rating of 9 is kept": next(row for row in dated if row["rating"] == 9),
        "an unknown category is kept": next(row for row in dated if row["category"] == "misc"),
        "another id is kept": next(row for row in dated if len(row["id"]) != 6 and row["output"]),
        "an earlier date is kept": next(row for row in rows if row["created"] < "2021" and row["output"]),
        "an impossible date is kept": next(row for row in rows if row["created"] == "2022-13-40"),
    }


def _tidy_only(right: Output, source: Path) -> Output:
    untidy = {row["id"] for row in read_csv(source) if row["category"] != row["category"].strip().lower()}
    return edited(right, lambda rows: [row for row in rows if row["id"] not in untidy])
