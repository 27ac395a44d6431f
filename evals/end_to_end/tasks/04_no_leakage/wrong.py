"""Wrong answers that the grader must reject."""

from __future__ import annotations

from pathlib import Path

from ...grading.dataset import read_jsonl
from ...output import Output
from ...wrong_outputs import edited, everywhere, ordinary, with_cell


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    rows = [row for part in right.splits.values() for row in part]
    raw = {(row["id"], row["kind"], row["lines"]): row["text"] for row in read_jsonl(source)}
    tenth = len(rows) // 10
    return {
        **ordinary(right, "kind", "text"),
        "one row is lost": edited(right, lambda rows: rows[:100] + rows[101:]),
        "modules are torn apart": Output(_parts(rows, tenth, tenth)),
        "test is empty": Output({**right.splits, "train": rows, "test": [], "validation": []}),
        "there is no test": Output({"train": rows[tenth:], "validation": rows[:tenth]}),
        "half is test": Output(_parts(sorted(rows, key=lambda row: str(row["module"])), tenth * 5, tenth)),
        "a text is in two splits": _leaking(right),
        "the text is raw": everywhere(right, lambda row: {**row, "text": raw[row["id"], row["kind"], row["lines"]]}),
        "a tab is left": with_cell(right, "text", lambda old: old.replace(" ", "\t", 1)),
        "a trailing space is left": with_cell(right, "text", lambda old: f"{old.strip()} \n"),
        "two blank lines are left": with_cell(right, "text", lambda old: old.rstrip().replace(" ", "\n\n\n", 1)),
        "words are glued": with_cell(right, "text", lambda old: old.replace(" ", "")),
    }


def _parts(rows: list[dict[str, object]], test: int, validation: int) -> dict[str, list[dict[str, object]]]:
    return {"test": rows[:test], "validation": rows[test : test + validation], "train": rows[test + validation :]}


def _leaking(right: Output) -> Output:
    splits = {name: list(rows) for name, rows in right.splits.items()}
    splits["test"].append(splits["train"][5])
    return Output(splits)
