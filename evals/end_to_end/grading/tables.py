"""Checks of the table: columns, formats, order, uniqueness, cells that had to stay as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from .dataset import Dataset, Row
from .fates import several


def wrong_columns(dataset: Dataset, *expected: str) -> list[str]:
    """Return a reason unless the columns are the expected ones, in any order, in every row."""
    if set(dataset.columns) != set(expected):
        return [f"the columns are {sorted(dataset.columns)}, not {sorted(expected)}"]
    return several("rows lack a column", [row for row in dataset.rows if row.keys() != set(expected)])


def wrong_format(dataset: Dataset, expected: str) -> list[str]:
    """Return a reason unless all files have the expected format, ``parquet`` or ``jsonl``."""
    return [] if dataset.formats == {expected} else [f"the files are {sorted(dataset.formats)}, not {expected}"]


def wrong_splits(dataset: Dataset, shares: dict[str, float], tolerance: float) -> list[str]:
    """Return reasons unless the splits have these names and, within the tolerance, these shares of the rows."""
    if set(dataset.splits) != set(shares):
        return [f"the splits are {sorted(dataset.splits)}, not {sorted(shares)}"]
    total = max(len(dataset.rows), 1)
    actual = {name: len(rows) / total for name, rows in dataset.splits.items()}
    return [
        f"the split {name} has {actual[name]:.3f} of the rows, not {share}"
        for name, share in shares.items()
        if abs(actual[name] - share) > tolerance
    ]


def leaks(splits: dict[str, list[Row]], column: str) -> list[str]:
    """Return a reason when a value of the column is in two splits."""
    seen: dict[Any, str] = {}
    cells = [(name, row[column]) for name, rows in splits.items() for row in rows]
    found = [value for name, value in cells if seen.setdefault(value, name) != name]
    return several(f"values of {column} are in two splits", found)


def repeats(rows: Sequence[Row], *columns: str) -> list[str]:
    """Return a reason when two rows have the same values in these columns."""
    counts = Counter(tuple(row[column] for column in columns) for row in rows)
    return several(f"values of {', '.join(columns)} occur twice", [value for value, n in counts.items() if n > 1])


def unsorted(rows: Sequence[Row], column: str, *, falling: bool = False) -> list[str]:
    """Return a reason unless the rows are in the order of the column."""
    values = [row[column] for row in rows]
    wrong = [later for earlier, later in pairwise(values) if (earlier < later if falling else earlier > later)]
    return several(f"rows are not in the order of {column}", wrong)


def violating(rows: Sequence[Row], column: str, allowed: Callable[[Any], bool], what: str) -> list[str]:
    """Return a reason when a cell of the column is not allowed."""
    return several(f"cells of {column} {what}", [row[column] for row in rows if not allowed(row[column])])


def changed(
    output: Sequence[Row], origins: Sequence[int | None], source: Sequence[Row], columns: dict[str, str]
) -> list[str]:
    """Return a reason for each output column that differs from the input column it must equal.

    An empty cell of a CSV file has no type: ``""`` equals null.
    """
    traced = [(row, source[origin]) for row, origin in zip(output, origins, strict=True) if origin is not None]
    return [
        reason
        for name, original in columns.items()
        for reason in several(
            f"cells of {name} were changed",
            [row[name] for row, before in traced if not _same(row[name], before[original])],
        )
    ]


def _same(after: Any, before: Any) -> bool:
    return (after == before and type(after) is type(before)) or (after in (None, "") and before in (None, ""))
