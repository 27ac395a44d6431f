from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
FRENCH = {"target_language": "French"}
SENTENCE = "The library on the corner opens at nine."


def translated(text: str, *, same: bool = False) -> dict[str, Any]:
    return {"same_text": same, "translation": text}


def test_the_translation_stands_beside_the_text(run: Run) -> None:
    ran = run("prompted_translation", [{"text": "Good day"}, {"text": None}], translated("Bonjour"), **FRENCH)
    assert ran.rows == [{"text": "Good day", "translation": "Bonjour"}, {"text": None, "translation": None}]


@pytest.mark.parametrize("text", ["", " ", "42", "👍🏽", "...", "3.14 %"])
def test_a_text_without_letters_is_taken_over_without_a_call(run: Run, text: str) -> None:
    ran = run("prompted_translation", [{"text": text}], translated("x"), **FRENCH)
    assert ran.rows == [{"text": text, "translation": text}]
    assert ran.requests == []


@pytest.mark.parametrize("copy", [SENTENCE, SENTENCE.upper(), f"  {SENTENCE}\n"])
@pytest.mark.parametrize("same", [True, False])
def test_a_copy_of_a_sentence_is_no_translation(run: Run, copy: str, same: bool) -> None:
    ran = run("prompted_translation", [{"text": SENTENCE}], translated(copy, same=same), **FRENCH)
    assert ran.errors == [
        "the translation is a copy of the text, which is in the target language already or was not translated"
    ]


def test_a_name_may_stay_where_the_model_says_that_it_reads_the_same(run: Run) -> None:
    assert run("prompted_translation", [{"text": "Paris"}], translated("Paris", same=True), **FRENCH).rows
    assert run("prompted_translation", [{"text": "Paris"}], translated("Paris"), **FRENCH).errors


@pytest.mark.parametrize("answer", ["Bonjour", translated(" "), {"translation": "Bonjour"}, "I cannot translate this."])
def test_what_is_no_translation_never_becomes_data(run: Run, answer: Any) -> None:
    ran = run("prompted_translation", [{"text": SENTENCE}], answer, **FRENCH)
    assert (ran.rows, len(ran.errors)) == ([], 1)


def test_an_answer_far_shorter_than_the_text_is_no_translation(run: Run) -> None:
    ran = run("prompted_translation", [{"text": SENTENCE * 20}], translated("Tout est fait."), **FRENCH)
    assert "too little to be all of it" in ran.errors[0]


def test_a_dense_script_is_long_enough(run: Run) -> None:
    ran = run(
        "prompted_translation", [{"text": SENTENCE}], translated("街角图书馆九点开门。"), target_language="Chinese"
    )
    assert ran.rows[0]["translation"] == "街角图书馆九点开门。"


def test_the_source_language_is_said_where_it_is_known(run: Run) -> None:
    ran = run("prompted_translation", [{"text": "hi"}], translated("salut"), source_language="English", **FRENCH)
    assert ran.asked().startswith("Translate from English into French:\n<data-")


def test_a_table_that_holds_the_target_language_may_keep_its_texts(run: Run) -> None:
    said = translated(SENTENCE, same=True)
    assert run("prompted_translation", [{"text": SENTENCE}], said, keep_copies=True, **FRENCH).rows
    assert run("prompted_translation", [{"text": SENTENCE}], translated(SENTENCE), keep_copies=True, **FRENCH).errors
