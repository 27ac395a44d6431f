"""The texts with which rules show themselves to work."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.text.language import language
from corpusmith.tools.checks.rules.language_samples import SAMPLES
from corpusmith.tools.checks.rules.pattern_samples import matching_texts, texts_around


@pytest.mark.parametrize("code", SAMPLES)
def test_the_sample_of_a_language_is_recognised(code: str) -> None:
    assert language(SAMPLES[code]) == code


PATTERNS = [
    r"^\d+$",
    r"[A-Z]{2}-\d{4}",
    r"(?=.*\bfoo\b)(?=.*\bbar\b)",
    r"^(?!draft)\w+$",
    r"\b(\w+)\s+\1\b",
    r"(a)?(?(1)b|c)",
    r"[^\W\d_]+",
    r"^.+\.(?:py|rst)$",
    r"(?i:foo)|\Bbar",
    r"[\u4e00-\u9fff]{2,}",
    r"x{1000}",
    r"^$",
    r".*",
    r"\d{4}-(?:0[1-9]|1[0-2])-\d{2}",
    r"(?<=a)b",
    r"(?>ab|a)c",
    r"a++b",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_that_match_are_built_for_the_patterns_that_people_write(pattern: str) -> None:
    texts = matching_texts(re.compile(pattern), whole=False)
    assert texts
    assert all(re.search(pattern, text) for text in texts)


pieces = st.sampled_from([r"\d", r"\w", "a", "[a-f]", "[^x]", ".", r"\s", "(?:ab|c)", "(d)", r"\.", "é"])
repeats = st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "*?"])


@given(st.lists(st.tuples(pieces, repeats), min_size=1, max_size=5), st.booleans())
def test_ordinary_patterns_always_get_a_text_that_matches_wholly(parts: list[tuple[str, str]], anchored: bool) -> None:
    pattern = "".join(piece + repeat for piece, repeat in parts)
    compiled = re.compile(f"^{pattern}$" if anchored else pattern)
    texts = matching_texts(compiled, whole=True)
    assert texts
    assert all(compiled.fullmatch(text) for text in texts)


def test_a_pattern_that_nothing_matches_gets_no_text() -> None:
    assert matching_texts(re.compile(r"a(?!a)a"), whole=False) == []
    assert matching_texts(re.compile(r"x{1000000000}"), whole=False) == []


def test_texts_around_a_match_hold_near_misses() -> None:
    assert {"b12", "A12", "AB1"} & set(texts_around(["AB12"])) == {"AB1"}
    assert "" in set(texts_around([]))
