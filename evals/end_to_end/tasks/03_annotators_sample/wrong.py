"""Wrong answers that the grader must reject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ...grading.dataset import read_jsonl
from ...output import Output
from ...wrong_outputs import edited, everywhere, ordinary


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    rows = [{**row, "docstring": row["text"]} for row in read_jsonl(source)]
    for row in rows:
        del row["text"]
    fits = [row for row in rows if row["kind"] in ("module", "function") and 5 <= row["lines"] <= 60]
    return {
        **ordinary(right, "kind", "docstring"),
        "it is the head of the file": _sorted(right, fits[:500]),
        "it is the end of the file": _sorted(right, fits[-500:]),
        "all kinds are in it": _sorted(right, rows[::13][:500]),
        "texts of fewer lines are in it": _sorted(right, [*right.splits["train"][1:], _of_lines(rows, 4)]),
        "a text of 61 lines or more is in it": _sorted(right, [*right.splits["train"][1:], _of_lines(rows, 75)]),
        "everything that fits is in it": _sorted(right, fits),
        "a row is missing": edited(right, lambda rows: rows[1:]),
        "it is sorted by id's end": edited(right, lambda rows: sorted(rows, key=lambda row: str(row["id"])[::-1])),
        "the text has its old name": everywhere(right, lambda row: {"text": row.pop("docstring"), **row}),
    }


def _sorted(right: Output, rows: list[dict[str, Any]]) -> Output:
    return replace(right, splits={"train": sorted(rows, key=lambda row: str(row["module"]))})


def _of_lines(rows: list[dict[str, Any]], lines: int) -> dict[str, Any]:
    return next(
        row for row in rows if row["lines"] >= lines and row["kind"] == "function" and row["lines"] not in range(5, 61)
    )
