"""What stands in the slots of single families: splits, seeds, similarities, comparisons, orders, tags."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.agents.rules.reading.columns import ColumnNames
from corpusmith.agents.rules.reading.lexicon import load_lexicon
from corpusmith.agents.rules.reading.scan import Scan
from corpusmith.agents.rules.reading.slots import SLOTS
from corpusmith.agents.rules.reading.tokens import tokenize

COLUMNS = ColumnNames({"id": "text", "text": "text", "year": "integer", "score": "number", "title": "text"}, "text")


def whole_slot(name: str, text: str) -> Any:
    """What the slot holds when it reaches to the end of the text; ``None`` when nothing does."""
    scan = Scan(tokenize(text, 0, len(text)), load_lexicon(), COLUMNS)
    return next((value for end, value in SLOTS[name](scan, 0) if end == len(scan)), None)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("90% for training, the rest for testing", {"train": 0.9, "test": 0.1}),
        ("three splits called train, validation and test with 80%, 10% and 10%",
         {"train": 0.8, "validation": 0.1, "test": 0.1}),
        ("`small` (10 %) and `large` (90 %)", {"small": 0.1, "large": 0.9}),
        ("two splits: train 80%, validation 10%, test 10%", None),
        ("train 60% and test 30%", None),
        ("the rest for training, the rest for testing", None),
        ("100% for training, the rest for testing", None),
    ],
)  # fmt: skip
def test_shares_are_read_with_their_rest_and_their_number(text: str, shares: dict[str, float] | None) -> None:
    assert whole_slot("fractions", text) == shares


@pytest.mark.parametrize(
    ("text", "seed"),
    [("with seed 7", 7), ("(seed = 7)", 7), (", using a fixed seed of 7", 7), ("seed: 7", 7), ("seed=7", 7),
     ("(seed 7", None), ("seeds", None), ("seed seven", None), ("seed 7.5", None)],
)  # fmt: skip
def test_a_seed_is_read_with_the_words_around_it(text: str, seed: int | None) -> None:
    assert whole_slot("seeding", text) == seed


@pytest.mark.parametrize(
    ("text", "value"),
    [("with Jaccard >= 0.7", 0.7), ("(90% or more similar)", 0.9), ("at 0.85", 0.85), ("similarity of at least 0.9", 0.9),
     ("a similarity of 0.9 or above", 0.9), ("(threshold: 80 %)", 0.8), ("cosine similarity of 0.9", None),
     ("with an edit distance of 0.2", None), ("similarity below 0.5", None), ("(0.9", None)],
)  # fmt: skip
def test_a_similarity_is_read_with_the_words_around_it(text: str, value: float | None) -> None:
    assert whole_slot("likeness", text) == value


@pytest.mark.parametrize(
    ("text", "column", "bounds"),
    [
        ("0 <= score <= 1", "score", {"min": 0, "max": 1}),
        ("`0 <= score <= 1`", "score", {"min": 0, "max": 1}),
        ("0 < `score`", "score", {"min": 0, "min_exclusive": True}),
        ("1 >= score > 0", "score", {"min": 0, "min_exclusive": True, "max": 1}),
        ("year >= 2000", "year", {"min": 2000}),
    ],
)
def test_a_comparison_bounds_its_column(text: str, column: str, bounds: dict[str, Any]) -> None:
    found = whole_slot("comparison", text)
    assert (found.column, found.bound.params()) == (column, bounds)


@pytest.mark.parametrize(
    "text", ["0 <= score >= 1", "1 <= score <= 0", "0 < score + year", "score", "`score`", "0 <= 1"]
)
def test_what_bounds_no_single_column_is_no_comparison(text: str) -> None:
    assert whole_slot("comparison", text) is None


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("year, newest first", {"by": ["year"], "descending": True}),
        ("year and then by id", {"by": ["year", "id"]}),
        ("year (descending), then score (descending)", {"by": ["year", "score"], "descending": True}),
        ("year, then by id, both descending", {"by": ["year", "id"], "descending": True}),
        ("year, newest first, then by id", None),
        ("year and id descending", None),
        ("year or id", None),
    ],
)
def test_keys_of_an_order_go_one_way_or_are_none(text: str, order: dict[str, Any] | None) -> None:
    assert whole_slot("sort_keys", text) == order


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("e-mail addresses with [EMAIL]", ["email"]),
        ("e-mails with [EMAIL] and phone numbers with `[PHONE]`", ["email", "phone"]),
        ("IP addresses by placeholders", ["ip"]),
        ("e-mails with [PHONE]", None),
        ("e-mails with [email]", None),
        ("e-mails with <EMAIL>", None),
        ("e-mails and phone numbers with [EMAIL]", None),
    ],
)
def test_only_the_tags_that_masking_writes_are_understood(text: str, kinds: list[str] | None) -> None:
    found = whole_slot("tagged", text)
    assert (found and found.kinds) == kinds
