from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpusmith.engine.errors import UserError

Run = Callable[..., Any]
CRITERIA = {"clarity": "Easy to understand.", "depth": "Explains why."}


def scored(clarity: Any, depth: Any, *, can_judge: bool = True, reason: str = "Seen.") -> dict[str, Any]:
    scores = {"clarity": {"reason": reason, "score": clarity}, "depth": {"reason": reason, "score": depth}}
    return {"can_judge": can_judge, "scores": scores}


def test_each_criterion_gets_its_score_and_mean_and_lowest_are_columns(run: Run) -> None:
    ran = run("prompted_rubric", [{"input": "a"}], scored(4, 2), criteria=CRITERIA)
    (row,) = ran.rows
    assert (row["rubric_mean"], row["rubric_lowest"]) == (3.0, 2)
    assert row["rubric"] == scored(4, 2)["scores"]
    assert len(ran.requests) == 1


@pytest.mark.parametrize(
    "answer", [scored(6, 2), scored(0, 2), scored("4", 2), scored(3.5, 2), "4", "clarity 4, depth 2"]
)
def test_a_score_outside_the_range_or_shape_quarantines_the_row(run: Run, answer: Any) -> None:
    ran = run("prompted_rubric", [{"input": "a"}], answer, criteria=CRITERIA)
    assert (ran.rows, len(ran.errors), len(ran.requests)) == ([], 1, 2)


def test_a_missing_criterion_quarantines_the_row(run: Run) -> None:
    answer = scored(4, 2)
    del answer["scores"]["depth"]
    assert run("prompted_rubric", [{"input": "a"}], answer, criteria=CRITERIA).rows == []


def test_the_range_is_a_parameter(run: Run) -> None:
    ran = run("prompted_rubric", [{"input": "a"}], scored(0, 100), criteria=CRITERIA, lowest=0, highest=100)
    assert ran.rows[0]["rubric_mean"] == 50.0
    assert "from 0 (not at all) to 100 (fully)" in ran.requests[0].messages[0]["content"]


def test_a_scale_without_two_scores_is_refused(run: Run) -> None:
    with pytest.raises(UserError, match="no two scores"):
        run("prompted_rubric", [{"input": "a"}], scored(1, 1), criteria=CRITERIA, lowest=5, highest=5)


def test_a_model_may_say_that_it_cannot_score(run: Run) -> None:
    ran = run(
        "prompted_rubric", [{"input": "a"}], scored(1, 1, can_judge=False, reason="Only noise."), criteria=CRITERIA
    )
    assert ran.errors == ["the model could not score the row: Only noise."]


def test_scores_without_reasons_are_no_answer(run: Run) -> None:
    assert run("prompted_rubric", [{"input": "a"}], scored(4, 4, reason=" "), criteria=CRITERIA).errors
