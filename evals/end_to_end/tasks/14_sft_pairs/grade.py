"""Grades the SFT set. The spec does not say what becomes of empty prompts, so they are open."""

from __future__ import annotations

from pathlib import Path

from ...grading.counting import characters_within, words_within
from ...grading.dataset import Dataset, Row, grader, read_csv
from ...grading.fates import Fate, all_of, equal_pairs, fate, several, trace, wrong_rows
from ...grading.markup import EMAIL, squeezed
from ...grading.tables import leaks, repeats, violating, wrong_columns, wrong_format, wrong_splits

REFUSALS = ("As an AI", "I'm sorry, but I can't")


def _response(row: Row) -> str:
    return EMAIL.sub("", row["output"])


def _fate(row: Row) -> Fate:
    response = _response(row)
    lengths = {characters_within(text, 20, 1500) for text in (response, squeezed(response))}
    refused = any(one in response for one in REFUSALS)
    perhaps = any(one.lower() in response.lower() for one in REFUSALS)
    return all_of(
        lengths.pop() if len(lengths) == 1 else Fate.OPEN,
        words_within(row["instruction"], 0, 100),
        fate([True, bool(row["instruction"].strip())]),
        fate([not refused, not perhaps]),
    )


def _changed(rows: list[Row], origins: list[int | None], before: list[Row]) -> list[str]:
    """Compare texts without regard to the white space around what was removed."""
    traced = [(row, before[at]) for row, at in zip(rows, origins, strict=True) if at is not None]
    touched = [
        row["response"]
        for row, was in traced
        if squeezed(row["response"]) != squeezed(_response(was))
        or (not EMAIL.search(was["output"]) and row["response"] != was["output"])
        or (row["prompt"] or "") != was["instruction"]
    ]
    return several("rows were changed otherwise than asked", touched)


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, "id", "prompt", "response"):
        return wrong
    rows, before = dataset.rows, read_csv(source)
    keys = [(row["id"] or "", squeezed(row["response"] or "")) for row in rows]
    origins = trace(keys, [(row["id"], squeezed(_response(row))) for row in before])
    conflicts = equal_pairs(row["instruction"] or None for row in before)
    return [
        *wrong_format(dataset, "jsonl"),
        *wrong_splits(dataset, {"train": 0.95, "validation": 0.05}, tolerance=0.02),
        *leaks({name: [row for row in part if row["prompt"]] for name, part in dataset.splits.items()}, "prompt"),
        *wrong_rows([_fate(row) for row in before], origins, [row["id"] for row in before], conflicts),
        *_changed(rows, origins, before),
        *repeats([row for row in rows if row["prompt"]], "prompt"),
        *violating(rows, "response", lambda text: not EMAIL.search(text), "hold an e-mail address"),
    ]


grade = grader(_check)
