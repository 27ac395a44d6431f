"""Counting and likeness under several readings: clear cases are clear, and the rest is open."""

from __future__ import annotations

import pytest

from corpusmith.evals.end_to_end.grading.counting import characters_within, sentences_within, words_within
from corpusmith.evals.end_to_end.grading.fates import Fate
from corpusmith.evals.end_to_end.grading.markup import EMAIL, EMOJI, LIKE_A_PHONE, LINK, TAG
from corpusmith.evals.end_to_end.grading.similarity import close_pairs, similarities

LONG = "the quick brown fox jumps over the lazy dog while seven wizards quietly box " * 4


@pytest.mark.parametrize(
    ("text", "low", "high", "expected"),
    [
        ("one two three", 3, 5, Fate.KEEP),
        ("one two three", 4, 5, Fate.DROP),
        ("one -- two", 3, 5, Fate.OPEN),
        ("well-known words", 3, 3, Fate.OPEN),
        ("", 1, 5, Fate.DROP),
    ],
)
def test_words_are_counted_under_every_reading(text: str, low: int, high: int, expected: Fate) -> None:
    assert words_within(text, low, high) is expected


def test_characters_with_marks_of_their_own_are_open_on_the_edge() -> None:
    assert characters_within("cafe\u0301", 5, 9) is Fate.OPEN
    assert characters_within("cafe", 4, 4) is Fate.KEEP
    assert characters_within("cafe", 5, 9) is Fate.DROP


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He came. She left. They met.", Fate.KEEP),
        ("He came.", Fate.DROP),
        ("It costs 3.50 here.", Fate.OPEN),
        ("Dr. Smith came.", Fate.OPEN),
        ("He came. 212 736 1234", Fate.OPEN),
        ("He came\nShe left", Fate.OPEN),
    ],
)
def test_sentences_with_doubtful_ends_are_open(text: str, expected: Fate) -> None:
    assert sentences_within(text, 2, 4) is expected


def test_the_patterns_find_what_nobody_disputes_and_leave_the_rest() -> None:
    assert EMAIL.search("to INFO+x@mail.example.co.uk.") and not EMAIL.search("@decorator or a@b")
    assert LINK.search("see www.example.org") and not LINK.search("the http module")
    assert TAG.search('<span style="x">') and not TAG.search("4 < 12 and 40 > 31")
    assert EMOJI.search("a 🇩🇪 b") and not EMOJI.search("1 © ™ #")
    assert LIKE_A_PHONE.search("(212) 736-1234") and not LIKE_A_PHONE.search("in 2019 and 2020")


def test_a_changed_last_word_is_near_under_every_definition_and_another_text_under_none() -> None:
    texts = [f"{LONG}once.", f"{LONG}twice.", "nothing of the kind is said in these few words"]
    assert [pair for pair, _ in close_pairs(texts, 0.9)] == [(0, 1)]
    assert min(similarities(texts[0], texts[1])) > 0.8
    assert max(similarities(texts[0], texts[2])) < 0.5
