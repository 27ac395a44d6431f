from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.markup import html_tag_count, remove_html

PIECES = [
    *(
        "<b>",
        "</b>",
        "<",
        ">",
        "<p class='x'>",
        "<script>",
        "</script>",
        "<style>",
        "</style >",
        "<!--",
        "-->",
        "&amp;",
    ),
    *("&lt;", "&gt;", "&", "amp;", "lt;", "b", "b>", "&#60;", "&#0;", "&#x26;", "&nbsp;", "<br/>", "<!DOCTYPE html>"),
    *("\n", " ", '"', "'", "=", "/", "<td>", "&copyamp;", "<a href=", "x<y"),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<div><p>x</p></div>", 4),
        ("<br/><BR /><hr>", 3),
        ('<a href="x" title="a > b">', 1),
        ("<p title=it's>", 1),
        ("<input disabled>", 1),
        ("a<b>c</b>", 2),
        ("<!-- note --><!DOCTYPE html><?xml version='1.0'?>", 3),
        ("&amp; &#8217; &#x2019; &nbsp;", 4),
        ("&amp;lt;", 1),
    ],
)
def test_tags_comments_and_entities_count(text: str, count: int) -> None:
    assert html_tag_count(text) == count


@pytest.mark.parametrize(
    "text",
    [
        *("a < b > c", "a <b and c> d", "List<int>", "Map<String, List<Integer>>", "<T> T get()", "<filename>"),
        *("<stdio.h>", "x << 2 >> y", "<3", "<->", "AT&T; R&D", "?a=1&copy=2", "&unknown;", "i<a && a>j"),
    ],
)
def test_comparisons_generics_and_placeholders_are_no_markup(text: str) -> None:
    assert html_tag_count(text) == 0
    assert remove_html(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("one<br>two", "one\ntwo"),
        ("<tr><td>a</td><td>b</td></tr>", " a  b "),
        ("so <em>very</em> nice", "so very nice"),
        ("<style>p {}</style>text<script>if (a < b) x();</script> end", "text end"),
        ("a<!-- <b>hidden</b> -->b", "ab"),
        ("caf&eacute;&nbsp;&lt;3", "café <3"),
        ("&amp;amp;lt;b&amp;gt;x", "x"),
        ("<scr<b>ipt>x", "x"),
    ],
)
def test_markup_becomes_plain_text(text: str, plain: str) -> None:
    assert remove_html(text) == plain


@given(texts)
def test_no_markup_is_left_and_nothing_changes_twice(text: str) -> None:
    plain = remove_html(text)
    assert html_tag_count(plain) == 0
    assert remove_html(plain) == plain
