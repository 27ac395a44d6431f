"""Wrong answers that the grader must reject."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...inputs.multilingual import passages
from ...inputs.passages import Passage
from ...output import Output
from ...wrong_outputs import edited, ordinary, with_cell


def wrong(right: Output, source: Path) -> dict[str, Output]:
    """Return wrong outputs by what is wrong with them."""
    others = [row for row in right.splits["train"] if row["source"] != "web"]
    return {
        **ordinary(right, "source", "text"),
        "another language is kept": _of(lambda one: one.language in ("de", "fr", "es", "it")),
        "a language is lost": _of(lambda one: one.language in ("de", "fr")),
        "low scores are kept": _of(lambda one: _wanted(one), score=0.4),
        "scores on the edge are lost": _of(lambda one: _wanted(one), score=0.501),
        "no score is kept": _of(lambda one: _wanted(one), holes=True),
        "years on the edge are lost": _of(lambda one: _wanted(one), years=range(2001, 2019)),
        "later years are kept": _of(lambda one: _wanted(one), years=range(2000, 2100)),
        "the web is not cut": _of(lambda one: _wanted(one), cut=1.0),
        "the web is gone": Output({"train": others}),
        "the order is rising": edited(right, lambda rows: rows[::-1]),
        "a text is stripped of a letter": with_cell(right, "text", lambda old: old[:-1]),
    }


def _wanted(passage: Passage) -> bool:
    return passage.language in ("de", "fr", "es")


def _of(
    wanted: Callable[[Passage], bool],
    *,
    score: float = 0.5,
    years: range = range(2000, 2020),
    holes: bool = False,
    cut: float = 0.4,
) -> Output:
    """Build the dataset with one demand misread."""
    rows: list[dict[str, Any]] = [
        {"id": one.id, "text": one.text, "source": one.source, "score": one.score, "year": one.year}
        for one in passages()
        if wanted(one) and one.text and one.text.strip() and one.year in years
        if (holes if one.score is None else one.score >= score)
    ]
    others = [row for row in rows if row["source"] != "web"]
    most = len(rows) if cut == 1 else int(len(others) * cut / (1 - cut) + 1e-9)
    web = [row for row in rows if row["source"] == "web"][:most]
    return Output({"train": sorted(others + web, key=lambda row: -row["year"])})
