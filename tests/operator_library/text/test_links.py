from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpusmith.operator_library.text.links import remove_urls, url_count, url_spans

PIECES = [
    "http://",
    "https://a.b",
    "www.",
    "www.x.org",
    "/",
    ":",
    "(",
    ")",
    ".",
    ",",
    " ",
    "\n",
    '"',
    "é",
    "。",
    "h",
    "w",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("at https://example.com.", ["https://example.com"]),
        ("(see http://example.com/a_(b)_c).", ["http://example.com/a_(b)_c"]),
        ("<a href='https://example.com/x?y=1&z=2#t'>", ["https://example.com/x?y=1&z=2#t"]),
        ("WWW.Example.com, ftp://files.example.org/a", ["WWW.Example.com", "ftp://files.example.org/a"]),
        ("网址https://example.com。谢谢", ["https://example.com"]),
        ("[text](https://example.com/page)", ["https://example.com/page"]),
        ("https://例え.jp/道", ["https://例え.jp/道"]),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text: str, urls: list[str]) -> None:
    assert [text[start:end] for start, end in url_spans(text)] == urls


@pytest.mark.parametrize("text", ["http://", "www.", "www. is short for", "a.b.c", "mailto:a@b.org", "https:// x"])
def test_what_only_begins_like_an_address_is_none(text: str) -> None:
    assert url_count(text) == 0


def test_the_text_around_an_address_stays() -> None:
    assert remove_urls("go to www.example.com, now") == "go to , now"
    assert remove_urls("go to www.example.com, now", replacement=r"\1") == r"go to \1, now"


def test_a_replacement_that_is_an_address_is_refused() -> None:
    made = remove_urls.__corpusmith_operator__  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="holds a web address itself"):
        made.params(replacement="https://example.com")


@given(texts, st.sampled_from(["", "[URL]", "www", "http:/"]))
def test_no_address_is_left_and_nothing_changes_twice(text: str, replacement: str) -> None:
    cleaned = remove_urls(text, replacement=replacement)
    assert url_count(cleaned) == 0
    assert remove_urls(cleaned, replacement=replacement) == cleaned
