"""What stands in a slot: quantities, bounds, languages, columns, quoted words, splits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.agents.rules.reading.columns import ColumnNames
from corpusmith.agents.rules.reading.lexicon import load_lexicon
from corpusmith.agents.rules.reading.scan import Scan
from corpusmith.agents.rules.reading.slots import SLOTS
from corpusmith.agents.rules.reading.slots.bounds import Bound
from corpusmith.agents.rules.reading.tokens import tokenize

COLUMNS = ColumnNames({"id": "text", "text": "text", "source_url": "text", "category": "text"}, "text")


def whole_slot(name: str, text: str) -> Any:
    """What the slot holds when it reaches to the end of the text; ``None`` when nothing does."""
    scan = Scan(tokenize(text, 0, len(text)), load_lexicon(), COLUMNS)
    return next((value for end, value in SLOTS[name](scan, 0) if end == len(scan)), None)


def params(name: str, text: str) -> dict[str, Any] | None:
    bound = whole_slot(name, text)
    return bound.params() if isinstance(bound, Bound) else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000), ("1_000", 1000), ("10k", 10_000), ("2.5 million", 2_500_000), ("0.05", 0.05), ("-3", -3),
        ("twenty", 20), ("forty two", 42), ("a dozen", 12), ("a hundred", 100), ("two hundred", 200),
        ("ten thousand", 10_000), ("5M", 5_000_000), ("2nd", None), ("500MB", None), ("a", None), ("1e6", None),
    ],
)  # fmt: skip
def test_numbers_are_read_in_figures_and_in_words(text: str, value: float | None) -> None:
    assert whole_slot("number", text) == value


@pytest.mark.parametrize(("text", "value"), [("1.000", None), ("1.5", None), ("-1", None), ("1.5k", 1500), ("7", 7)])
def test_a_whole_number_with_three_decimals_is_not_guessed_at(text: str, value: int | None) -> None:
    assert whole_slot("whole", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 %", 0.01), ("1%", 0.01), ("one percent", 0.01), ("half", 0.5), ("a tenth", 0.1), ("two thirds", 2 / 3),
     ("three quarters", 0.75), ("5 per cent", 0.05), ("120 %", None), ("5", None)],
)  # fmt: skip
def test_shares_are_read_in_percent_and_in_words(text: str, value: float | None) -> None:
    assert whole_slot("percent", text) == value


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("at least 50 words", {"min": 50}), ("no fewer than 50 words", {"min": 50}), ("50 words or more", {"min": 50}),
        ("50+ words", {"min": 50}), ("50 or more words", {"min": 50}), ("min. 50 words", {"min": 50}),
        ("a minimum of 50 words", {"min": 50}), ("more than 50 words", {"min": 51}), ("over 50 words", {"min": 51}),
        ("longer than 50 words", {"min": 51}), ("> 50 words", {"min": 51}), (">= 50 words", {"min": 50}),
        ("at most 50 words", {"max": 50}), ("up to 50 words", {"max": 50}), ("50 words max", {"max": 50}),
        ("no longer than 50 words", {"max": 50}), ("no more than 50 words", {"max": 50}),
        ("fewer than 50 words", {"max": 49}), ("under 50 words", {"max": 49}), ("< 50 words", {"max": 49}),
        ("less than or equal to 50 words", {"max": 50}), ("50 words or less", {"max": 50}),
        ("50-2000 words", {"min": 50, "max": 2000}), ("between 50 and 2,000 words", {"min": 50, "max": 2000}),
        ("from 50 to 100 words", {"min": 50, "max": 100}), ("50 words to 100 words", {"min": 50, "max": 100}),
        ("more than 20 but fewer than 50 words", {"min": 21, "max": 49}),
        ("at least 20 words and at most 50 words", {"min": 20, "max": 50}),
        ("exactly 3 words", {"min": 3, "max": 3}),
    ],
)  # fmt: skip
def test_bounds_include_or_exclude_their_ends_as_the_words_say(text: str, bounds: dict[str, int]) -> None:
    assert params("size", text) == {"unit": "words", **bounds}


@pytest.mark.parametrize(
    "text", ["50 words", "about 50 words", "at least 50", "100 to 50 words", "at least 50 kilobytes"]
)
def test_what_bounds_no_length_is_no_size(text: str) -> None:
    assert whole_slot("size", text) is None


@given(low=st.integers(0, 10**6), gap=st.integers(0, 10**6))
def test_a_range_is_read_the_same_however_its_numbers_are_written(low: int, gap: int) -> None:
    plain = params("size", f"between {low} and {low + gap} words")
    assert plain == params("size", f"{low:,} to {low + gap:_} words") == {"unit": "words", "min": low, "max": low + gap}


@given(number=st.integers(0, 10**6))
def test_more_than_is_one_more_than_at_least(number: int) -> None:
    assert params("count", f"more than {number} rows") == params("count", f"at least {number + 1} rows")


def test_a_bound_on_any_number_keeps_its_ends_as_they_are() -> None:
    assert params("bound", "above 0.5") == {"min": 0.5, "min_exclusive": True}
    assert params("bound", "between 0 and 1") == {"min": 0, "max": 1}


@pytest.mark.parametrize(
    ("text", "codes"),
    [("English", ["en"]), ("English, German and French", ["en", "de", "fr"]), ("english or dutch", ["en", "nl"]),
     ("`en`", None), ("EN", ["en"]), ("English (en)", ["en"]), ("UK", None), ("polish", None), ("it", None)],
)  # fmt: skip
def test_languages_are_read_by_name_and_by_plain_code(text: str, codes: list[str] | None) -> None:
    assert whole_slot("languages", text) == codes


@pytest.mark.parametrize(
    ("text", "names"),
    [("`id`", ["id"]), ("ids", ["id"]), ("the source url field", ["source_url"]), ("id, text and categories", ["id", "text", "category"]),
     ('the columns "id" and "text"', ["id", "text"]), ("banana", None)],
)  # fmt: skip
def test_columns_are_read_as_people_write_them(text: str, names: list[str] | None) -> None:
    assert whole_slot("columns", text) == names


@pytest.mark.parametrize(
    ("text", "fractions"),
    [
        ("80/10/10", {"train": 0.8, "validation": 0.1, "test": 0.1}),
        ("80/20 into train and dev", {"train": 0.8, "dev": 0.2}),
        ("90 % train, 10 % test", {"train": 0.9, "test": 0.1}),
        ("train (90%) and test (10%)", {"train": 0.9, "test": 0.1}),
        ("train/test split of 75/25", {"train": 0.75, "test": 0.25}),
        ("80/10/20", None),
        ("80/10/10 into train and test", None),
    ],
)
def test_shares_of_splits_must_add_up_and_fit_their_names(text: str, fractions: dict[str, float] | None) -> None:
    assert whole_slot("fractions", text) == fractions


@pytest.mark.parametrize(("text", "pattern"), [("`^a+$`", "^a+$"), ("/^a+$/", "^a+$"), ("`(`", None), ("a+", None)])
def test_a_pattern_is_marked_as_one_and_compiles(text: str, pattern: str | None) -> None:
    assert whole_slot("pattern", text) == pattern
