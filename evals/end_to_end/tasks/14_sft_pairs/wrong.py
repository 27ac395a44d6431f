"""Wrong answers that the grader must reject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...grading.dataset import read_csv
from ...output import Output
from ...wrong_outputs import each_added, edited, everywhere, ordinary


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    rows = read_csv(source)
    unwanted = {
        "a refusal is kept": next(row for row in rows if row["output"].startswith("As an AI")),
        "another refusal is kept": next(row for row in rows if row["output"].startswith("I'm sorry")),
        "a response is too short": next(row for row in rows if 0 < len(row["output"]) < 10),
        "a response is too long": next(row for row in rows if len(row["output"]) > 1600),
    }
    added = {name: {"id": r["id"], "prompt": r["instruction"], "response": r["output"]} for name, r in unwanted.items()}
    addresses = {row["id"]: row["output"] for row in rows if "\nQuestions? " in row["output"]}
    everything = [row for part in right.splits.values() for row in part]
    return {
        **ordinary(right, "prompt", "response"),
        **each_added(right, added),
        "one row is lost": edited(right, lambda rows: rows[:100] + rows[101:]),
        "addresses are kept": everywhere(
            right, lambda row: {**row, "response": addresses.get(row["id"], row["response"])}
        ),
        "rows with addresses are lost": edited(right, lambda rows: [row for row in rows if row["id"] not in addresses]),
        "addresses are masked": everywhere(right, lambda row: _masked(row, addresses)),
        "a prompt is in both splits": _leaking(right),
        "half is validation": replace(right, splits={"train": everything[::2], "validation": everything[1::2]}),
        "there is one split": replace(right, splits={"train": everything}),
        "the split has another name": replace(right, splits={**right.splits, "test": [], "validation": everything[:9]}),
        "the format is Parquet": replace(right, format="parquet"),
        "input is kept": everywhere(right, lambda row: {**row, "input": ""}),
        "white space in code is lost": everywhere(
            right, lambda row: {**row, "response": " ".join(row["response"].split())}
        ),
    }


def _masked(row: dict[str, str], addresses: dict[str, str]) -> dict[str, str]:
    return {**row, "response": row["response"] + ("[EMAIL]" if row["id"] in addresses else "")}


def _leaking(right: Output) -> Output:
    train, validation = right.splits["train"], right.splits["validation"]
    return replace(right, splits={"train": train, "validation": [*validation[1:], train[3]]})
