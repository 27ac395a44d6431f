from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpusmith.engine.errors import UserError
from corpusmith.operator_library.text.banned_terms import banned_term_count, remove_banned_terms

ALPHABET = st.sampled_from(list("ab*. c\n"))
terms = st.lists(
    st.text(ALPHABET, min_size=1, max_size=3).map(str.strip).filter(lambda t: t and "\n" not in t),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize(
    ("text", "settings", "count"),
    [
        ("Bad bad badly", {}, 2),
        ("Bad bad badly", {"ignore_case": False}, 1),
        ("Bad bad badly", {"whole_words": False}, 3),
        ("super-bad, bad's", {}, 2),
        ("not_bad", {}, 0),
    ],
)
def test_words_and_case_follow_the_settings(text: str, settings: dict[str, Any], count: int) -> None:
    assert banned_term_count(text, terms=["bad"], **settings) == count


def test_terms_may_hold_punctuation_and_phrases() -> None:
    assert banned_term_count("C++ and a.b, click here now", terms=["c++", "a.b", "click here"]) == 3
    assert banned_term_count("axb", terms=["a.b"]) == 0


def test_a_term_in_a_script_without_spaces_is_found_inside_a_sentence() -> None:
    assert banned_term_count("我爱北京天安门", terms=["北京"]) == 1


def test_the_longer_of_two_terms_is_taken() -> None:
    assert remove_banned_terms("a bad word", terms=["bad", "bad word"], replacement="#") == "a #"


@pytest.mark.parametrize("bad_terms", [[], [" "], ["two\nlines"]])
def test_terms_that_find_nothing_are_refused(bad_terms: list[str]) -> None:
    made = banned_term_count.__corpusmith_operator__  # type: ignore[attr-defined]
    with pytest.raises(ValidationError):
        made.params(terms=bad_terms)


def test_a_replacement_that_is_banned_itself_is_refused() -> None:
    with pytest.raises(UserError, match="banned term itself"):
        remove_banned_terms("bad", terms=["bad"], replacement="so bad")


def test_a_term_that_forms_again_is_removed_again() -> None:
    assert remove_banned_terms("xbabadd", terms=["bad"], whole_words=False) == "x"
    assert (
        banned_term_count(
            remove_banned_terms("b" * 50 + "ad" * 50, terms=["bad"], whole_words=False),
            terms=["bad"],
            whole_words=False,
        )
        == 0
    )


@given(st.text(ALPHABET, max_size=30), terms, st.booleans(), st.sampled_from(["", "*", "x"]))
def test_no_term_is_left_and_nothing_changes_twice(text: str, terms: list[str], whole: bool, replacement: str) -> None:
    if banned_term_count(replacement, terms=terms, whole_words=whole):
        return
    cleaned = remove_banned_terms(text, terms=terms, whole_words=whole, replacement=replacement)
    assert banned_term_count(cleaned, terms=terms, whole_words=whole) == 0
    assert remove_banned_terms(cleaned, terms=terms, whole_words=whole, replacement=replacement) == cleaned
