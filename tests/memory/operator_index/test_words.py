from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import corpusmith.memory.operator_index as package
from corpusmith.memory.operator_index.words import analyse, stems

CONCEPTS = yaml.safe_load((Path(package.__path__[0]) / "concepts.yaml").read_text(encoding="utf-8"))["concepts"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("removing", "removes"),
        ("removed", "remove"),
        ("copies", "copy"),
        ("boxes", "box"),
        ("dropping", "drops"),
        ("Numéros", "numeros"),
        ("don’t", "do not"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize("short", ["is", "ids", "SQL", "e", "bus"])
def test_short_words_lose_nothing_but_case(short: str) -> None:
    assert stems(short) == [short.lower()]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("get rid of web addresses", "@url"),
        ("E-MAIL ADDRESSES", "@email"),
        ("how many tokens", "@count"),
        ("numéros de téléphone", "@personal_data"),
        ("统计每条文本的字数", "@count"),
        ("удалить ссылки", "@remove"),
    ],
)
def test_a_phrase_of_the_table_becomes_its_concept(text: str, concept: str) -> None:
    assert concept in analyse(text).concepts


def test_the_longest_phrase_wins() -> None:
    assert "@personal_data" in analyse("phone number").concepts
    assert "@number" not in analyse("phone number").concepts


def test_a_word_that_a_concept_explains_is_no_longer_a_word() -> None:
    assert analyse("hyperlinks in visitors").words == ("visitor",)


def test_snake_case_is_read_as_words() -> None:
    assert stems("url_count_filter") == ["url", "count", "filter"]


@pytest.mark.parametrize("empty", ["", "   ", "1,234.50", "?!", "the of to"])
def test_numbers_marks_and_stop_words_say_nothing(empty: str) -> None:
    assert analyse(empty).terms == []


@given(st.text())
def test_case_and_decomposition_of_any_text_are_survived(text: str) -> None:
    analysis = analyse(text)

    assert all(term == term.strip() and term for term in analysis.terms)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_phrase_of_the_table_finds_its_concept(concept: str) -> None:
    missed = [phrase for phrase in CONCEPTS[concept] if f"@{concept}" not in analyse(str(phrase)).concepts]

    assert missed == []
