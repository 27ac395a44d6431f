"""What ``make demo`` shows after a run: why rows were dropped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "examples/standard_library_docs/dropped.py"


def test_each_reason_is_shown_with_its_count_and_its_first_row(tmp_path: Path) -> None:
    source, run = tmp_path / "input.jsonl", tmp_path / "run"
    texts = ["Too short.", "Kept.", "Short too.", "A copy " * 20]
    source.write_text("".join(json.dumps({"id": f"csv:f{n}", "text": text}) + "\n" for n, text in enumerate(texts)))
    run.mkdir()
    drops = [("4", "near_duplicates", "near_duplicate"), ("1", "words", "below_min"), ("3", "words", "below_min")]
    lines = [json.dumps({"row": f"input:input.jsonl:{n}", "step": step, "reason": why}) for n, step, why in drops]
    (run / "dropped.jsonl").write_text("\n".join(lines) + "\n")
    shown = subprocess.run([sys.executable, SCRIPT, source, run], capture_output=True, text=True, check=True).stdout
    assert [" ".join(line.split()) for line in shown.splitlines()] == [
        "",
        "3 of 4 rows were dropped. Each reason with its first row:",
        "",
        "2 below_min csv:f0: Too short.",
        f"1 near_duplicate csv:f3: {'A copy ' * 8}A co...",
    ]
