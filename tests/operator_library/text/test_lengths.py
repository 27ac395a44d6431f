from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.lengths import character_count, line_count, paragraph_count, word_count


def test_characters_are_code_points() -> None:
    assert character_count("a𝄞é") == 3


def test_words_are_stretches_between_any_white_space() -> None:
    assert word_count("\u00a0one\ttwo\n\nthree-four ") == 3


def test_only_lines_with_content_count() -> None:
    assert line_count("a\r\n \r\nb\n\n\tc") == 3


def test_blank_lines_with_spaces_set_paragraphs_apart() -> None:
    assert paragraph_count("\n\na\nb\n \t\n\nc\n") == 2


@given(st.text())
def test_there_are_never_more_paragraphs_than_lines_or_lines_than_words(text: str) -> None:
    assert paragraph_count(text) <= line_count(text) <= word_count(text) <= character_count(text)
