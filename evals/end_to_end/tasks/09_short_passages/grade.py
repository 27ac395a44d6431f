"""Grades the short English passages."""

from __future__ import annotations

import re
from pathlib import Path

from ...grading.counting import characters_within, sentences_within
from ...grading.dataset import Dataset, grader, read_jsonl
from ...grading.fates import Fate, all_of, fate, several, trace, wrong_rows
from ...grading.markup import EMOJI
from ...grading.tables import changed, violating, wrong_columns
from ...inputs.multilingual import passages
from ...inputs.passages import Passage

COLUMNS = ("id", "text", "source", "score", "year")
PATTERN = re.compile(r"^[A-Z].*[.!?]$")


def _language(passage: Passage) -> Fate:
    return {"en": Fate.KEEP, "mixed": Fate.OPEN}.get(passage.language, Fate.DROP)


def _but_for_language(passage: Passage) -> Fate:
    if not passage.text or not passage.text.strip():
        return Fate.DROP
    return all_of(
        sentences_within(passage.text, 2, 4),
        characters_within(passage.text, 0, 400),
        fate([bool(PATTERN.search(passage.text))]),
        fate([not EMOJI.search(passage.text)]),
        fate([passage.score is not None and 0 <= passage.score <= 1]),
        fate([passage.source in ("web", "news", "forum")]),
    )


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before, truth = dataset.rows, read_jsonl(source), passages()
    origins = trace([(row["id"], row["text"]) for row in rows], [(row["id"], row["text"]) for row in before])
    names = [f"{one.id} {one.language} {sorted(one.faults)} {(one.text or '')[:40]}" for one in truth]
    others = [_but_for_language(one) for one in truth]
    fates = [all_of(_language(one), other) for one, other in zip(truth, others, strict=True)]
    margin = [at for at, one in enumerate(truth) if not one.faults and others[at] is not Fate.DROP]
    texts = [{**row, "year": str(row["year"])} for row in before]
    return [
        *wrong_rows(fates, origins, names, margin=margin, tolerated=0.01),
        *changed(rows, origins, texts, {name: name for name in COLUMNS}),
        *violating(rows, "text", lambda text: bool(PATTERN.search(text)), "do not match the expression"),
        *several("is not between 100 and 1,000 rows", [len(rows)] if not 100 <= len(rows) <= 1000 else []),
    ]


grade = grader(_check)
