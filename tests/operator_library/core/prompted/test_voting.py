from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.errors import RowError, UserError
from corpusmith.operator_library.core.prompted.voting import majority

Run = Callable[..., Any]


def test_the_majority_answers_with_its_share(run: Run) -> None:
    answers = iter(["7", "8", "7.", " 7 "])
    ran = run("self_consistent_answer", [{"input": "12-5?"}], lambda _: solved(next(answers)), count=4)
    assert ran.rows == [{"input": "12-5?", "answer": "7", "agreement": 0.75}]


def solved(answer: str) -> dict[str, str]:
    return {"reasoning": "step by step", "answer": answer}


def test_each_sample_has_a_seed_of_its_own_and_a_temperature(run: Run) -> None:
    ran = run("self_consistent_answer", [{"input": "12-5?"}, {"input": None}], solved("7"), count=3)
    assert len({request.seed for request in ran.requests}) == 3
    assert {request.temperature for request in ran.requests} == {0.7}
    assert ran.rows[1] == {"input": None, "answer": None, "agreement": None}


def test_voting_at_temperature_zero_is_refused(run: Run) -> None:
    with pytest.raises(UserError, match="temperature"):
        run("self_consistent_answer", [{"input": "a"}], solved("7"), temperature=0)


@pytest.mark.parametrize("answers", [["7", "8"], ["", ""], ["7", "8", "9", "7", ""], [".", " "]])
def test_without_a_majority_the_row_is_quarantined(run: Run, answers: list[str]) -> None:
    given = iter(answers)
    ran = run("self_consistent_answer", [{"input": "a"}], lambda _: solved(next(given)), count=len(answers))
    assert (ran.rows, len(ran.errors)) == ([], 1)
    assert ran.errors[0].startswith("no majority")


def test_the_columns_of_a_row_are_the_task(run: Run) -> None:
    ran = run("self_consistent_answer", [{"question": "2+2?", "choices": ["3", "4"]}], solved("4"), count=2)
    assert "question>\n2+2?\n" in ran.asked()
    assert 'choices>\n["3","4"]\n' in ran.asked()


@given(st.lists(st.sampled_from(["a", "A ", "b", "c.", ""]), min_size=1, max_size=9), st.randoms())
def test_the_order_of_the_samples_changes_no_vote(answers: list[str], random: Any) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)
    assert folded_vote(answers) == folded_vote(shuffled)


def folded_vote(answers: list[str]) -> Any:
    try:
        answer, share = majority(answers, 0.3)
    except RowError as error:
        return str(error)
    return answer.strip().casefold(), share
