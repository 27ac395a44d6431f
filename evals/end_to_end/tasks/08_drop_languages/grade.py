"""Grades the crawl without four languages and without personal data."""

from __future__ import annotations

from pathlib import Path

from ...grading.dataset import Dataset, grader, read_jsonl
from ...grading.fates import Fate, all_of, fate, trace, wrong_rows
from ...grading.markup import EMAIL, LIKE_A_PHONE
from ...grading.tables import changed, wrong_columns, wrong_format
from ...inputs.multilingual import passages
from ...inputs.passages import Passage

COLUMNS = {"id": "id", "content": "text", "source": "source", "score": "score"}
UNWANTED = ("zh", "ja", "ko", "th")


def _fate(passage: Passage) -> Fate:
    text = passage.text or ""
    planted = bool({"email", "phone"} & passage.faults) or bool(EMAIL.search(text))
    perhaps = "ip" not in passage.faults and bool(LIKE_A_PHONE.search(text) or "@" in text)
    return all_of(
        fate([passage.language not in UNWANTED]),
        fate([bool(text.strip())]),
        fate([passage.score is not None]),
        Fate.DROP if planted else Fate.OPEN if perhaps else Fate.KEEP,
    )


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, *COLUMNS):
        return wrong
    rows, before, truth = dataset.rows, read_jsonl(source), passages()
    origins = trace([(row["id"], row["content"]) for row in rows], [(row["id"], row["text"]) for row in before])
    names = [f"{one.id} {one.language} {sorted(one.faults)} {(one.text or '')[-40:]}" for one in truth]
    fates = [_fate(one) for one in truth]
    margin = [at for at, one in enumerate(truth) if not one.faults and fates[at] is Fate.KEEP]
    return [
        *wrong_format(dataset, "jsonl"),
        *wrong_rows(fates, origins, names, margin=margin, tolerated=0.01),
        *changed(rows, origins, before, COLUMNS),
    ]


grade = grader(_check)
