from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest

from corpusmith.engine.declare import OPERATOR_ATTRIBUTE
from corpusmith.engine.derive import derive_filter
from corpusmith.engine.operator import Operator
from corpusmith.operator_library import text as text_operators


def _operators() -> list[Operator]:
    names = [info.name for info in pkgutil.walk_packages(text_operators.__path__, text_operators.__name__ + ".")]
    values = [value for name in names for value in vars(import_module(name)).values()]
    declared = {made.name: made for made in (getattr(value, OPERATOR_ATTRIBUTE, None) for value in values) if made}
    return [declared[name] for name in sorted(declared)]


VALUE_OPERATORS = [made for made in _operators() if made.form == "value" and not made.artifacts_in]
FILTERS = [made for made in map(derive_filter, VALUE_OPERATORS) if made]


def _name(made: Operator) -> str:
    return made.name


def test_the_library_holds_every_text_operator() -> None:
    assert {made.name for made in _operators()} == {
        *("character_count", "word_count", "sentence_count", "line_count", "paragraph_count", "language", "url_count"),
        *("email_count", "html_tag_count", "emoji_count", "personal_data_count", "banned_term_count"),
        *("unicode_problem_count", "whitespace_problem_count", "digit_share", "uppercase_share"),
        *("mask_personal_data", "remove_html", "remove_urls", "remove_emoji", "normalize_whitespace"),
        *("normalize_unicode", "change_case", "remove_banned_terms", "near_duplicates"),
        *("fit_ngram_model", "ngram_perplexity"),
    }


@pytest.mark.parametrize("made", VALUE_OPERATORS, ids=_name)
def test_an_example_becomes_what_it_says(made: Operator) -> None:
    arguments = made.params(**made.example.params).arguments()
    (written,) = made.writes
    results: list[dict[str, Any]] = [
        {**row, written: made.implementation(row["text"], **arguments)} for row in made.example.rows
    ]
    assert results == made.example.becomes
    assert len(results) > 1


@pytest.mark.parametrize("made", FILTERS, ids=_name)
def test_the_example_of_a_derived_filter_keeps_some_rows_and_drops_some(made: Operator) -> None:
    arguments = made.params(**made.example.params).arguments()
    verdicts = [made.implementation(row["text"], **arguments) for row in made.example.rows]
    assert [verdict.reason for verdict in verdicts if verdict] == made.example.dropped
    assert made.example.dropped
    assert made.example.becomes


@pytest.mark.parametrize("made", _operators(), ids=_name)
def test_an_operator_says_in_words_what_it_is_for(made: Operator) -> None:
    assert made.domain == "text"
    assert made.use_for
    assert made.not_for
    assert made.aliases
    assert made.reads == {"text": "text"}


HOSTILE_CELLS = {
    "empty": "",
    "white space": " \t\r\n\u2028",
    "one megabyte": "a" * 1_000_000,
    "emoji": "👩‍🚀🇩🇪1️⃣",
    "right to left": "שלום \u202eעולם",
    "null character": "\x00",
    "lone surrogate": "\ud800",
    "open brackets": "<" * 20_000,
    "nested tags": "<" * 2_000 + "b>" * 2_000,
    "digits and spaces": "1 " * 100_000,
    "at signs": "a@" * 50_000,
    "open comments": "<!--" * 20_000,
}


@pytest.mark.parametrize("cell", HOSTILE_CELLS.values(), ids=HOSTILE_CELLS)
@pytest.mark.parametrize("made", VALUE_OPERATORS, ids=_name)
def test_a_hostile_cell_gives_a_value_of_the_declared_type(made: Operator, cell: str) -> None:
    result = made.implementation(cell, **made.params(**made.example.params).arguments())
    types = {"text": str, "integer": int, "number": float}
    assert isinstance(result, types[next(iter(made.writes.values()))])
