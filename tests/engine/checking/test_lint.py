"""Warnings about pipelines that can run and will hardly do what is meant."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.engine.checking.lint import lint_pipeline
from corpusmith.engine.context import Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.operator import Drop, Example
from corpusmith.engine.pipeline import Pipeline, Step, TopUp
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])


@operator(
    kind="generate", phase="generate", rows="expand", writes={"question": "text"}, example=EXAMPLE, needs=("llm",)
)
async def new_questions(question: str, *, context: Context) -> list[str]:
    """Other questions."""
    return []


@operator(kind="filter", phase="filter", example=EXAMPLE)
def is_right(question: str, answer: str) -> Drop | None:
    """Whether the answer is right."""
    return None


ALL: list[Any] = [new_questions, is_right]
NEW = Step(id="new", operator="new_questions")
RIGHT = Step(id="right", operator="is_right")


@pytest.fixture
def registry(library: Registry) -> Registry:
    made = Registry()
    for known in library:
        if known.measure is None:
            made.add(known)
    for subject in ALL:
        made.add(getattr(subject, OPERATOR_ATTRIBUTE))
    return made


def warnings(registry: Registry, *steps: Step, **pipeline: Any) -> list[str]:
    found = lint_pipeline(Pipeline(steps=list(steps), **pipeline), registry)
    assert {problem.severity for problem in found} <= {"warning"}
    return [str(problem) for problem in found]


def step(name: str, **fields: Any) -> Step:
    return Step(**{"id": name, "operator": name, **fields})


def test_a_usual_order_is_no_warning(registry: Registry) -> None:
    usual = ["normalize_unicode", "word_count", "word_count_filter", "near_duplicates", "sort_by_length"]
    assert warnings(registry, *map(step, usual)) == []
    assert warnings(registry, NEW, step("word_count_filter", bind={"text": "question"})) == []


def test_a_step_that_usually_comes_earlier_is_named_with_the_one_that_it_follows(registry: Registry) -> None:
    (warning,) = warnings(registry, step("near_duplicates"), step("normalize_unicode"))
    assert warning == (
        "step `normalize_unicode`: `normalize_unicode` (repair) usually comes before what step `near_duplicates` "
        "does (deduplicate)."
    )


def test_tables_have_an_order_each(registry: Registry) -> None:
    other = step("normalize_unicode", inputs={"rows": "other"})
    assert warnings(registry, step("near_duplicates"), other, sources=["rows", "other"]) == []


def test_lines_that_are_joined_cannot_be_counted(registry: Registry) -> None:
    flat = step("normalize_whitespace", params={"keep_newlines": False})
    (warning,) = warnings(registry, flat, step("line_count_filter"))
    assert warning.startswith(
        "step `line_count_filter`: it looks at the lines of `text`, and step `normalize_whitespace`"
    )
    assert (
        warnings(registry, step("normalize_whitespace", params={"keep_newlines": True}), step("line_count_filter"))
        == []
    )
    assert warnings(registry, flat, step("line_count_filter", bind={"text": "body"})) == []


def test_a_filter_on_what_children_share_belongs_before_the_step_that_makes_them(registry: Registry) -> None:
    explode = step("explode_list", bind={"value": "words"})
    (warning,) = warnings(registry, explode, step("word_count_filter", bind={"text": "title"}))
    assert "all rows that step `explode_list` made of one have the same `title`" in warning
    assert warnings(registry, explode, step("word_count_filter", bind={"text": "words"})) == []
    measured = step("word_count", bind={"text": "words"}, write={"word_count": "length"})
    assert warnings(registry, explode, measured, step("in_range_filter", bind={"value": "length"})) == []


def test_a_gold_answer_does_not_belong_to_what_was_generated_after_it(registry: Registry) -> None:
    (warning,) = warnings(registry, NEW, RIGHT)
    assert "`answer` was given for the row before step `new` generated `question`" in warning
    assert warnings(registry, RIGHT, NEW) == []


def test_a_top_up_in_which_nothing_varies_only_repeats_rows(registry: Registry) -> None:
    top_up = TopUp(steps=["word_count"], until=5)
    (warning,) = warnings(registry, step("word_count"), top_ups=[top_up])
    assert "gives the same rows again" in warning
    assert warnings(registry, NEW, top_ups=[TopUp(steps=["new"], until=5)]) == []


def test_a_role_that_no_step_asks_is_named(registry: Registry) -> None:
    assert warnings(registry, NEW, models={"judge": "m", "default": "m"}) == [
        "`models` names the role `judge`, and no step asks a model as that."
    ]


def test_unknown_operators_are_left_to_the_static_check(registry: Registry) -> None:
    assert warnings(registry, step("no_such_operator"), models={"judge": "m"}) == []
