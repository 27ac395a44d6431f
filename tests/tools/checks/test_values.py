from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.tools.checks.values import UnmeasurableError, excerpt, row_excerpt, text_or_none, texts_in


@given(st.text(max_size=3_000) | st.integers() | st.lists(st.text()) | st.none())
def test_an_excerpt_is_one_printable_line_of_at_most_200_characters(value: Any) -> None:
    for shown in (excerpt(value), row_excerpt(41, value)):
        assert shown.isprintable()
        assert len(shown) <= 200
    assert row_excerpt(41, value).startswith("row 42: ")


def test_an_excerpt_escapes_what_a_terminal_would_obey() -> None:
    assert excerpt("a\x1b[31mred\x00\n\u202e") == "a\\x1b[31mred\\x00\\n\\u202e"


def test_an_excerpt_never_shows_personal_data() -> None:
    assert excerpt("write to ann.lee@example.org now") == "write to [EMAIL] now"
    assert excerpt({"by": ["ann.lee@example.org"]}) == '{"by":["[EMAIL]"]}'


def test_an_address_that_the_cut_tears_apart_is_not_shown() -> None:
    for before in range(1_900, 2_010):
        assert "someb" not in excerpt("x " * (before // 2) + "somebody@example.org " * 3)
    assert "ann.lee" not in excerpt("ann.lee@example.org " * 150)


def test_empty_text_and_null_are_told_apart() -> None:
    assert excerpt("") == "(empty)"
    assert excerpt(None) == "null"


def test_texts_are_found_at_any_depth() -> None:
    value = {"a": ["one", {"b": "two", "c": None}], "d": 3, "e": True}
    assert list(texts_in(value)) == ["one", "two", "3"]
    assert list(texts_in(None)) == []


def test_bytes_and_other_values_cannot_be_taken_for_text() -> None:
    with pytest.raises(UnmeasurableError, match="bytes"):
        list(texts_in([b"x"]))
    with pytest.raises(UnmeasurableError, match="no text but a list"):
        text_or_none(["x"])
