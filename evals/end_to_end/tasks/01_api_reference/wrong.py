"""Wrong answers that the grader must reject."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...grading.dataset import read_jsonl
from ...output import Output
from ...wrong_outputs import each_added, edited, everywhere, ordinary


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    return {
        **ordinary(right, "module", "text"),
        **each_added(right, _unwanted(right, source), order=("name",)),
        "one row is lost": edited(right, lambda rows: rows[:100] + rows[101:]),
        "the order is another": edited(right, lambda rows: rows[::-1]),
        "id has its old name": everywhere(right, lambda row: {"id": row.pop("name"), **row}),
        "the format is JSONL": replace(right, format="jsonl"),
    }


def _unwanted(right: Output, source: Path) -> dict[str, dict[str, Any]]:
    """Return a row of the input for each demand that it fails, a copy of a text and a copy of a name."""
    rows = [{"name": row.pop("id"), **row} for row in read_jsonl(source)]
    for row in rows:
        del row["lines"]
    rows.sort(key=lambda row: row["kind"] not in ("function", "class"))
    long = [row for row in rows if len(row["text"].split()) in range(50, 300)]
    kept = right.splits["train"]
    return {
        "a comment is kept": next(row for row in long if row["kind"] == "comment"),
        "a text is too short": next(row for row in rows if row["kind"] == "class" and len(row["text"].split()) < 10),
        "a text is too long": next(row for row in rows if len(row["text"].split()) > 600),
        "a banned word is kept": next(row for row in long if re.search(r"\bDeprecated\b", row["text"])),
        "an address is kept": next(row for row in long if re.search(r"\w@\w+[.]\w", row["text"])),
        "a text is copied": {**kept[7], "name": f"{kept[7]['name']}2"},
        "a name is copied": {**kept[7], "text": kept[8]["text"] + " Indeed."},
    }
