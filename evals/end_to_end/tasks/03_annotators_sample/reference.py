"""A right answer, in plain Python."""

from __future__ import annotations

import json
import random
from pathlib import Path

from ...output import Output


def build(source: Path) -> Output:
    """Return the dataset that the spec asks for."""
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    right = [row for row in rows if row["kind"] in ("module", "function") and 5 <= row["lines"] <= 60]
    chosen = sorted(random.Random(7).sample(right, 500), key=lambda row: str(row["module"]))
    for row in chosen:
        row["docstring"] = row.pop("text")
    return Output({"train": chosen})
