"""Grades what a program can of the translation: that it is one, and what was asked beside it."""

from __future__ import annotations

from pathlib import Path

from ...grading.dataset import Dataset, grader
from ...grading.fates import several
from ...grading.markup import EMAIL, squeezed
from ...grading.tables import repeats, violating, wrong_columns
from ...inputs.multilingual import passages


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, "id", "text"):
        return wrong
    foreign = {squeezed(one.clean) for one in passages() if one.language not in ("en", "mixed") and one.clean}
    missing = {one.id for one in passages() if one.clean} - {row["id"] for row in dataset.rows}
    return [
        *repeats(dataset.rows, "text"),
        *violating(dataset.rows, "text", lambda text: bool(text and text.strip()), "are empty"),
        *violating(dataset.rows, "text", lambda text: not EMAIL.search(text or ""), "hold an e-mail address"),
        *violating(dataset.rows, "text", lambda text: squeezed(text or "") not in foreign, "are not translated"),
        *several("rows are lost, far more than copies", [len(missing)] if len(missing) > 400 else []),
    ]


grade = grader(_check)
