"""Grades the three languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...grading.dataset import Dataset, Row, grader, read_jsonl
from ...grading.fates import Fate, all_of, fate, several, trace, wrong_rows
from ...grading.tables import changed, unsorted, wrong_columns
from ...inputs.multilingual import ASKED_FOR, passages
from ...inputs.passages import Passage

COLUMNS = ("id", "text", "source", "score", "year")
MOST = 0.4
WASTED = 0.9
"""A capped source must keep this share of the rows that it could keep at most."""


def _language(passage: Passage) -> Fate:
    return Fate.OPEN if passage.language == "mixed" else fate([passage.language in ASKED_FOR])


def _but_for_language(passage: Passage) -> Fate:
    in_range = passage.score is not None and passage.score >= 0.5 and 2000 <= passage.year <= 2019
    return all_of(fate([in_range]), fate(["no text" not in passage.faults]))


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before, truth = dataset.rows, read_jsonl(source), passages()
    origins = trace([(row["id"], row["text"]) for row in rows], [(row["id"], row["text"]) for row in before])
    others = [_but_for_language(one) for one in truth]
    fates = [all_of(_language(one), other) for one, other in zip(truth, others, strict=True)]
    capped = [Fate.OPEN if one is Fate.KEEP and p.source == "web" else one for one, p in zip(fates, truth, strict=True)]
    names = [f"{one.id} {one.language} {one.score} {one.year} {one.source}" for one in truth]
    margin = [at for at, one in enumerate(truth) if not one.faults and others[at] is not Fate.DROP]
    return [
        *wrong_rows(capped, origins, names, margin=margin, tolerated=0.01),
        *changed(rows, origins, before, {name: name for name in COLUMNS}),
        *unsorted(rows, "year", falling=True),
        *_wrong_shares(rows),
    ]


def _wrong_shares(rows: Sequence[Row]) -> list[str]:
    """Return reasons when a source has too large a share, or the web was cut more than it had to be."""
    counts = {name: sum(row["source"] == name for row in rows) for name in {row["source"] for row in rows}}
    others = len(rows) - counts.get("web", 0)
    possible = int(others * MOST / (1 - MOST))
    return [
        *several("sources have too large a share", [name for name, n in counts.items() if n > MOST * len(rows)]),
        *several(
            "rows of the web where more fit", [counts.get("web", 0)] if counts.get("web", 0) < WASTED * possible else []
        ),
    ]


grade = grader(_check)
