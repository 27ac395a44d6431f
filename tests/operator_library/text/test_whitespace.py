from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.whitespace import normalize_whitespace, whitespace_problem_count

texts = st.text(st.sampled_from(list("ab \t\n\r\x0b\x0c\x1c\x85\u00a0\u2028\u3000")), max_size=30)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one two\nthree\n\nfour", 0),
        (" a", 1),
        ("a\n", 1),
        ("   ", 1),
        ("a  b\t\tc", 2),
        ("a \nb", 1),
        ("a\n b", 1),
        ("a\n\n\nb", 1),
        ("a\r\nb\rc", 2),
        ("a\tb\u00a0c\u3000d", 3),
    ],
)
def test_each_untidy_place_counts_once(text: str, count: int) -> None:
    assert whitespace_problem_count(text) == count


def test_line_ends_and_paragraphs_are_kept() -> None:
    assert normalize_whitespace("\ta  b \r\n\r\n\r\n c\u00a0d\n") == "a b\n\nc d"


def test_line_ends_can_become_spaces() -> None:
    assert normalize_whitespace(" a\n\nb  c ", keep_newlines=False) == "a b c"


@given(texts, st.booleans())
def test_no_untidy_place_is_left_and_nothing_changes_twice(text: str, keep_newlines: bool) -> None:
    tidy = normalize_whitespace(text, keep_newlines=keep_newlines)
    assert whitespace_problem_count(tidy) == 0
    assert normalize_whitespace(tidy, keep_newlines=keep_newlines) == tidy
    assert tidy.split() == text.split()


@given(texts)
def test_text_without_problems_stays_as_it_is(text: str) -> None:
    if whitespace_problem_count(text) == 0:
        assert normalize_whitespace(text) == text
