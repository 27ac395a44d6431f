"""Wrong answers that the grader must reject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...grading.dataset import read_jsonl
from ...output import Output
from ...wrong_outputs import each_added, edited, everywhere, ordinary


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    rows = read_jsonl(source)
    short = next(row for row in rows if len(row["text"]) == 199)
    long = next(row for row in rows if len(row["text"]) > 1600)
    kept = right.splits["train"]
    copies = [{**rows[3], "text": kept[3]["text"]}]
    added = {"a text has 199 characters": short, "a text is too long": long, "a text is copied": copies[0]}
    return {
        **ordinary(right, "module", "text"),
        **each_added(right, {name: {c: row[c] for c in kept[0]} for name, row in added.items()}),
        "one row is lost": edited(right, lambda rows: rows[:100] + rows[101:]),
        "lines is kept": everywhere(right, lambda row: {**row, "lines": 1}),
        "the format is Parquet": replace(right, format="parquet"),
        "white space is cleaned": everywhere(right, lambda row: {**row, "text": " ".join(row["text"].split())}),
    }
