"""Where sentences begin and end, and what they stand under."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.agents.rules.reading.lexicon import load_lexicon
from corpusmith.agents.rules.reading.outline import outline
from corpusmith.agents.rules.reading.tokens import tokenize


def sentences(spec: str) -> list[str]:
    return [spec[line.tokens[0].start : line.tokens[-1].end] for line in outline(spec, load_lexicon())]


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("One. Two! Three?", ["One", "Two", "Three"]),
        ("Use 0.5, e.g. for a.txt. Then stop.", ["Use 0.5, e.g. for a.txt", "Then stop"]),
        ("At least 1,000 rows.\nNo URLs.", ["At least 1,000 rows", "No URLs"]),
        ("English only\nNo duplicates\nmin. 50 words", ["English only", "No duplicates", "min. 50 words"]),
        ("Documents that are\nwritten in English.", ["Documents that are\nwritten in English"]),
        ("- one\n- two\n  and a half\n* three", ["one", "two\n  and a half", "three"]),
        ("1. one\n2) two\n- [ ] three", ["one", "two", "three"]),
        ("# Title #\n\nBody\n\nTitle\n-----", ["Title", "Body", "Title"]),
        ("a: b\nc: d", ["a: b", "c: d"]),
        ("| a | b |\n|---|---|\n| c | d |", ["a | b", "c | d"]),
        ("> quoted", ["quoted"]),
        ("```\ncode. here\n```\nafter", ["```\ncode. here\n```", "after"]),
        ("**bold** and ~~gone~~", ["bold** and ~~gone~~"]),
    ],
)
def test_a_spec_falls_into_its_sentences(spec: str, found: list[str]) -> None:
    assert sentences(spec) == found


def test_items_stand_under_the_line_and_the_heading_above_them() -> None:
    spec = "## Rules\n\nDrop:\n- one\n  - two\n\nNext paragraph."
    parents = {
        line.tokens[0].text: [parent.tokens[0].text for parent in line.parents]
        for line in outline(spec, load_lexicon())
    }
    assert parents == {
        "rules": [],
        "drop": ["rules"],
        "one": ["rules", "drop"],
        "two": ["rules", "drop", "one"],
        "next": ["rules"],
    }


def test_a_deeper_heading_ends_at_the_next_of_its_depth() -> None:
    spec = "# A\n\n## B\n\nb\n\n## C\n\nc"
    lines = outline(spec, load_lexicon())
    assert [parent.tokens[0].raw for parent in lines[-1].parents] == ["A", "C"]


@given(spec=st.text(max_size=300))
def test_tokens_stand_in_the_text_where_they_say(spec: str) -> None:
    for line in outline(spec, load_lexicon()):
        assert all(0 <= token.start < token.end <= len(spec) for token in line.tokens)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't", ["do", "not"]), ("isn't", ["is", "not"]), ("cannot", ["can", "not"]), ("it's", ["it", "is"]),
        ("the row's text", ["the", "row", "text"]), ("near-duplicate", ["near", "duplicate"]), ("E-mail", ["email"]),
        ("de-duplicate", ["deduplicate"]), ("50-word", ["50", "word"]), ("50-200", ["50", "-", "200"]),
        ("source_url", ["source_url"]),
    ],
)  # fmt: skip
def test_words_are_told_apart_as_they_are_meant(text: str, words: list[str]) -> None:
    assert [token.text for token in tokenize(text, 0, len(text))] == words
