from __future__ import annotations

from pathlib import Path

import pytest

from corpusmith.operator_library.text.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("This is a plain English sentence about nothing in particular.", "en"),
        ("Ceci est une phrase française tout à fait ordinaire.", "fr"),
        ("これは日本語の普通の文章です。", "ja"),
        ("Это обычное русское предложение о погоде.", "ru"),
    ],
)
def test_a_sentence_is_recognised(text: str, code: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize("text", ["", "   ", "12 + 30 = 42", "🎉🎉"])
def test_a_text_without_letters_is_undetermined(text: str) -> None:
    assert language(text) == "und"


def test_a_long_row_of_digits_does_not_hide_the_language_behind_it() -> None:
    assert language("0123456789 " * 1000 + "This is a plain English sentence.") == "en"


def test_nineteen_of_twenty_real_sentences_are_recognised(eval_data: Path) -> None:
    files = sorted((eval_data / "langid" / "sentences").glob("*.txt"))
    sentences = [(path.stem, line) for path in files for line in path.read_text("utf-8").splitlines()[:40]]
    right = sum(language(line) == code for code, line in sentences)
    assert right >= 0.95 * len(sentences)
