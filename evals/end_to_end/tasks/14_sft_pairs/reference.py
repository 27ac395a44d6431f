"""A right answer, in plain Python."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from ...output import Output

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def build(source: Path) -> Output:
    """Return the dataset that the spec asks for."""
    kept: dict[str, dict[str, str]] = {}
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            prompt, response = row["instruction"], ADDRESS.sub("", row["output"])
            refused = "As an AI" in response or "I'm sorry, but I can't" in response
            fits = 20 <= len(response) <= 1500 and len(prompt.split()) <= 100 and not refused
            if fits and prompt not in kept:
                kept[prompt] = {"id": row["id"], "prompt": prompt, "response": response}
    rows = list(kept.values())
    return Output({"train": rows[len(rows) // 20 :], "validation": rows[: len(rows) // 20]}, "jsonl")
