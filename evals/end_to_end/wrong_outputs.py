"""Makes wrong datasets out of a right one, for grading the graders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from .output import Output

Rows = list[dict[str, Any]]


def edited(right: Output, change: Callable[[Rows], Rows]) -> Output:
    """Return the output with the rows of its largest split changed; the rows given are copies."""
    name = max(right.splits, key=lambda split: len(right.splits[split]))
    return replace(right, splits={**right.splits, name: change([dict(row) for row in right.splits[name]])})


def everywhere(right: Output, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Output:
    """Return the output with every row changed."""
    return replace(right, splits={name: [change(dict(row)) for row in rows] for name, rows in right.splits.items()})


def with_cell(right: Output, column: str, change: Callable[[Any], Any], at: int = 10) -> Output:
    """Return the output with one cell of its largest split changed."""
    return edited(right, lambda rows: [*rows[:at], {**rows[at], column: change(rows[at][column])}, *rows[at + 1 :]])


def with_row(right: Output, row: dict[str, Any], order: Callable[[dict[str, Any]], Any] | None = None) -> Output:
    """Return the output with a row more, in its place if there is an order."""
    return edited(right, lambda rows: sorted([*rows, row], key=order) if order else [*rows, row])


def ordinary(right: Output, column: str, text: str) -> dict[str, Output]:
    """Return wrong outputs that any task can have; ``column`` must stay as it was, ``text`` is the main text."""
    return {
        "every tenth row is lost": edited(right, lambda rows: [row for at, row in enumerate(rows) if at % 10]),
        "a row is there twice": edited(right, lambda rows: [rows[0], *rows]),
        "there are no rows": edited(right, lambda rows: []),
        "a row is invented": with_cell(right, text, lambda old: "Nobody has written this sentence in the input. " * 4),
        "a text is cut short": with_cell(right, text, lambda old: old[: len(old) // 2]),
        "there is a column more": everywhere(right, lambda row: {**row, "note": "x"}),
        "a column is missing": everywhere(right, lambda row: {name: row[name] for name in row if name != column}),
        "a cell is changed": with_cell(right, column, lambda old: f"{old}x"),
    }


def each_added(right: Output, rows: dict[str, dict[str, Any]], order: Sequence[str] = ()) -> dict[str, Output]:
    """Return an output for each named row, with this row added in the order of the columns."""
    key = (lambda row: tuple(row[name] for name in order)) if order else None
    return {name: with_row(right, row, key) for name, row in rows.items()}
