from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
POLITE = {"instruction": "Make it polite."}
LONG = "This is a sentence of the text. " * 20


def edited(text: str, *, done: bool = True, reason: str = "") -> dict[str, Any]:
    return {"done": done, "reason": reason, "text": text}


def test_the_text_is_replaced(run: Run) -> None:
    ran = run("prompted_refinement", [{"text": "fix it", "id": 1}], edited("Please fix it."), **POLITE)
    assert ran.rows == [{"text": "Please fix it.", "id": 1}]


def test_null_and_blank_texts_stay_and_are_not_sent(run: Run) -> None:
    rows = [{"text": None}, {"text": ""}, {"text": " \n"}, {"text": "a"}]
    ran = run("prompted_refinement", rows, edited("b"), **POLITE)
    assert [row["text"] for row in ran.rows] == [None, "", " \n", "b"]
    assert len(ran.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "Here is the polite text: Please fix it.",
        "all done",
        edited(""),
        edited("All done."),
        edited("The text was made polite as you asked."),
        {"done": True, "text": LONG},
    ],
)
def test_what_is_no_edited_text_never_becomes_data(run: Run, answer: Any) -> None:
    ran = run("prompted_refinement", [{"text": LONG}], answer, **POLITE)
    assert (ran.rows, len(ran.errors)) == ([], 1)


def test_a_model_may_decline_and_its_reason_is_kept(run: Run) -> None:
    ran = run("prompted_refinement", [{"text": "a"}], edited("", done=False, reason="It is\nbinary."), **POLITE)
    assert ran.errors == ["the model could not rewrite the text: It is binary."]


def test_an_instruction_to_shorten_lifts_the_least_length(run: Run) -> None:
    ran = run("prompted_refinement", [{"text": LONG}], edited("Short."), min_length_share=0, instruction="Shorten.")
    assert ran.rows == [{"text": "Short."}]


def test_a_text_that_is_too_long_is_not_worked_on_in_part(run: Run) -> None:
    ran = run("prompted_refinement", [{"text": "x" * 101}], edited("y"), max_characters=100, **POLITE)
    assert ran.errors == ["the text has 101 characters, more than the 100 that are sent; split it first"]
    assert ran.requests == []
