"""Grades the cleaned web crawl."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...grading.counting import words_within
from ...grading.dataset import Dataset, Row, grader
from ...grading.fates import Fate, Pair, all_of, equal_pairs, fate, several, trace, wrong_rows
from ...grading.markup import EMAIL, EMOJI, IP_ADDRESS, LIKE_A_PHONE, LINK, TAG, squeezed, straight
from ...grading.similarity import close_pairs
from ...grading.tables import repeats, violating, wrong_columns
from ...inputs.multilingual import passages
from ...inputs.passages import Passage

PLACEHOLDERS = re.compile(r"\s*\[(?:EMAIL|PHONE|IP)\]")
DOUBTFUL = (LINK, IP_ADDRESS, TAG, EMOJI, LIKE_A_PHONE, re.compile(r"&#?\w+;"))
CLEARLY_NEAR, PERHAPS_NEAR = 0.92, 0.85
FORBIDDEN = {
    "hold an e-mail address": EMAIL,
    "hold a link": LINK,
    "hold an HTML tag": TAG,
    "hold an emoji": EMOJI,
    "hold an IP address": IP_ADDRESS,
    "have white space that is no single space between words": re.compile(r"^\s|\s$|\s\s|[^\S ]"),
}


def _truth() -> list[Passage]:
    """The passages, with the addresses that nobody planted masked too."""
    return [replace(one, clean=EMAIL.sub("[EMAIL]", one.clean)) for one in passages()]


def _language(passage: Passage) -> Fate:
    return {"en": Fate.KEEP, "mixed": Fate.OPEN}.get(passage.language, Fate.DROP)


def _but_for_language(passage: Passage) -> Fate:
    lengths = {words_within(text, 15, 200) for text in (passage.clean, PLACEHOLDERS.sub("", passage.clean))}
    return all_of(lengths.pop() if len(lengths) == 1 else Fate.OPEN, fate(["no text" not in passage.faults]))


def _conflicts(truth: Sequence[Passage], fates: Sequence[Fate]) -> list[Pair]:
    texts = [one.clean if its is not Fate.DROP else "" for one, its in zip(truth, fates, strict=True)]
    near = [pair for pair, _ in close_pairs(texts, PERHAPS_NEAR)]
    return near + equal_pairs(text or None for text in texts) + equal_pairs(one.id for one in truth)


def _normal(text: str) -> str:
    return straight(unicodedata.normalize("NFC", squeezed(text)))


def _is_cleaned(text: str, passage: Passage) -> bool:
    """Say whether the text is the cleaned one; what is doubtful in the text itself leaves it open."""
    if any(pattern.search(passage.clean) for pattern in DOUBTFUL):
        return True
    expected = re.escape(_normal(passage.clean)).replace(re.escape("[IP]"), r"\S.{0,20}")
    return bool(re.fullmatch(expected, _normal(text))) and not any(secret in text for secret in passage.secrets)


def _badly_cleaned(rows: Sequence[Row], origins: Sequence[int | None], truth: Sequence[Passage]) -> list[str]:
    pairs = [(row["text"], truth[at]) for row, at in zip(rows, origins, strict=True) if at is not None]
    wrong = [(sorted(one.faults), text[-60:]) for text, one in pairs if not _is_cleaned(text, one)]
    return several("texts are not cleaned as asked, or damaged", wrong)


def _likeness(text: str, passage: Passage) -> float:
    words, others = set(text.split()), set(passage.clean.split())
    return len(words & others) / max(len(words | others), 1)


def _near(texts: Sequence[str]) -> list[str]:
    return several(
        "pairs of texts are nearly the same",
        [texts[pair[0]] for pair, found in close_pairs(texts, CLEARLY_NEAR) if min(found) >= CLEARLY_NEAR],
    )


def _check(dataset: Dataset, source: Path) -> list[str]:
    if wrong := wrong_columns(dataset, "id", "text", "source"):
        return wrong
    rows, truth = dataset.rows, _truth()
    if any(not row["text"] for row in rows):
        return ["there are rows without a text"]
    others = [_but_for_language(one) for one in truth]
    fates = [all_of(_language(one), other) for one, other in zip(truth, others, strict=True)]
    origins = trace(
        [(row["id"], row["source"]) for row in rows],
        [(one.id, one.source) for one in truth],
        lambda at, before: _likeness(rows[at]["text"], truth[before]),
    )
    margin = [at for at, one in enumerate(truth) if not one.faults and others[at] is not Fate.DROP]
    names = [f"{one.id} {sorted(one.faults)} {one.clean[:40]}" for one in truth]
    return [
        *wrong_rows(fates, origins, names, _conflicts(truth, fates), margin=margin, tolerated=0.01),
        *_badly_cleaned(rows, origins, truth),
        *(reason for what, one in FORBIDDEN.items() for reason in _holding(rows, what, one)),
        *repeats(rows, "id"),
        *repeats(rows, "text"),
        *_near([row["text"] for row in rows]),
        *several("rows are too few", [len(rows)] if len(rows) < 400 else []),
    ]


def _holding(rows: Sequence[Row], what: str, pattern: re.Pattern[str]) -> list[str]:
    return violating(rows, "text", lambda text: not pattern.search(text), what)


grade = grader(_check)
