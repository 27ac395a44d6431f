"""Top-ups that repeat what there is not."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.pipeline import Pipeline, Step, TopUp
from corpusmith.engine.registry import Registry

STEPS = [Step(id=name, operator="change_case", params={"case": "upper"}) for name in ("a", "b", "c")]


def problems(library: Registry, *top_ups: TopUp, steps: list[Step] = STEPS) -> list[str]:
    return [str(problem) for problem in check_pipeline(Pipeline(steps=steps, top_ups=list(top_ups)), library)]


def top_up(*steps: str, **fields: Any) -> TopUp:
    return TopUp(steps=list(steps), until=5, **fields)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (top_up("a", "step"), "the top-up of `rows` repeats the step `step`, which there is not. There is: `a`, `b`, `c`."),
        (top_up("a", "a"), "the top-up of `rows` names the step `a` twice."),
        (top_up("a", "c"), "repeats `a`, `c`, which do not follow each other in this order"),
        (top_up("b", "a"), "repeats `b`, `a`, which do not follow each other in this order"),
        (top_up("a", table="row"), "the top-up of `row` waits for a table that its steps do not make. Did you mean `rows`?"),
    ],
)  # fmt: skip
def test_each_kind_of_wrong_segment_is_said_in_a_sentence(library: Registry, wrong: TopUp, message: str) -> None:
    found = problems(library, wrong)
    assert any(message in problem for problem in found), found


def test_segments_that_overlap_are_a_problem(library: Registry) -> None:
    assert problems(library, top_up("a", "b"), top_up("b", "c")) == [
        "step `b`: two top-ups repeat it; a step belongs to one at most."
    ]


def test_a_step_may_not_have_the_identity_of_the_surplus(library: Registry) -> None:
    steps = [*STEPS[:2], STEPS[2].model_copy(update={"id": "a.top_up"})]
    (problem,) = problems(library, top_up("a"), steps=steps)
    assert problem.startswith("step `a.top_up`: its id is the one under which a top-up drops")


def test_good_segments_are_no_problem(library: Registry) -> None:
    assert problems(library, top_up("a"), top_up("b", "c")) == []
    pipeline = Pipeline(steps=STEPS, top_ups=[top_up("a", max_rounds=3)], models={"default": "m"})
    again = Pipeline.from_yaml(pipeline.to_yaml())
    assert (again, again.hash) == (pipeline, pipeline.hash)
    assert Pipeline(steps=STEPS).hash != pipeline.hash
