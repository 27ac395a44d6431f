from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
CRITERION = {"criterion": "Which is clearer?"}
ROW = {"question": "Why?", "first": "good", "second": "poor"}


def better(verdict: str, reason: str = "It is clearer.") -> dict[str, str]:
    return {"reason": reason, "better": verdict}


def prefers(text: str) -> Callable[[Any], dict[str, str]]:
    """A model that finds one text better wherever it stands."""
    return lambda request: better("A" if f"text_a>\n{text}" in request.messages[-1]["content"] else "B")


@pytest.mark.parametrize(("text", "preferred"), [("good", "first"), ("poor", "second")])
def test_the_text_that_wins_in_both_orders_is_preferred(run: Run, text: str, preferred: str) -> None:
    ran = run("pairwise_preference", [ROW], prefers(text), **CRITERION)
    assert ran.rows == [{**ROW, "preferred": preferred, "preference_reason": "It is clearer."}]
    assert len(ran.requests) == 2


@pytest.mark.parametrize("place", ["A", "B"])
def test_a_liking_for_a_place_cancels_out(run: Run, place: str) -> None:
    ran = run("pairwise_preference", [ROW], better(place), **CRITERION)
    assert ran.rows[0]["preferred"] == "tie"
    assert "The order decided" in ran.rows[0]["preference_reason"]


def test_two_ties_are_a_tie_with_the_reason(run: Run) -> None:
    row = run("pairwise_preference", [ROW], better("tie", "Both are short."), **CRITERION).rows[0]
    assert (row["preferred"], row["preference_reason"]) == ("tie", "Both are short.")


def test_equal_texts_are_a_tie_without_a_call(run: Run) -> None:
    ran = run("pairwise_preference", [{**ROW, "second": "good "}], better("A"), **CRITERION)
    assert (ran.rows[0]["preferred"], ran.requests) == ("tie", [])


@pytest.mark.parametrize("answer", ["A", "A is better", better("C"), better("A", " "), {"better": "A"}])
def test_one_verdict_that_does_not_come_quarantines_the_row(run: Run, answer: Any) -> None:
    def half(request: Any) -> Any:
        return answer if "text_a>\ngood" in request.messages[1]["content"] else better("A")

    assert run("pairwise_preference", [ROW], half, **CRITERION).rows == []


def test_a_question_that_is_null_is_left_out(run: Run) -> None:
    without = run("pairwise_preference", [{**ROW, "question": None}], prefers("good"), **CRITERION)
    assert "Both texts answer" not in without.asked()
    assert "question>\nWhy?" in run("pairwise_preference", [ROW], prefers("good"), **CRITERION).asked()


def test_the_names_of_the_columns_are_not_shown(run: Run) -> None:
    ran = run("pairwise_preference", [ROW], prefers("good"), **CRITERION)
    assert not any("first>" in ran.asked(number) or "second>" in ran.asked(number) for number in (0, 1))
