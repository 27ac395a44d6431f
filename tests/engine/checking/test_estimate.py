"""What is said of calls and tokens before a run."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.engine.checking.estimate import StepEstimate, estimate
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Pipeline, Step, TopUp
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, needs=("llm",))
async def judged(text: str, *, role: str = "judge") -> int:
    """Asks once per row."""
    return 1


@operator(
    kind="generate",
    phase="generate",
    rows="expand",
    writes={"text": "text"},
    example=EXAMPLE,
    needs=("llm",),
    calls_per_row=lambda params: params.count,
)
async def variants(text: str, *, count: int = 3) -> list[str]:
    """Asks several times per row and makes as many."""
    return []


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, needs=("embedding",))
async def embedded(text: str) -> list[float]:
    """Asks for a vector per row."""
    return []


class Names:
    def identity(self, role: str) -> str:
        if role == "embedding":
            raise UserError("No embedding model is configured.")
        return f'{role}-model {{"temperature":0.0}}'


@pytest.fixture
def registry(library: Registry) -> Registry:
    made = Registry()
    for known in library:
        if known.measure is None:
            made.add(known)
    for subject in (judged, variants, embedded):
        made.add(getattr(subject, OPERATOR_ATTRIBUTE))
    return made


def estimates(registry: Registry, pipeline: Pipeline, rows: dict[str, int], **known: Any) -> list[StepEstimate]:
    return estimate(pipeline, registry, rows, **known)


def test_calls_are_rows_times_answers_and_children_count_on(registry: Registry) -> None:
    steps = [
        Step(id="keep", operator="word_count_filter", params={"min": 1}),
        Step(id="make", operator="variants", params={"count": 4}),
        Step(id="judge", operator="judged"),
        Step(id="embed", operator="embedded"),
    ]
    found = estimates(registry, Pipeline(steps=steps), {"rows": 10}, models=Names(), characters={"text": 40.0})
    assert found == [
        StepEstimate("make", "variants", "default", "default-model", 10, 40, 400),
        StepEstimate("judge", "judged", "judge", "judge-model", 40, 40, 400),
        StepEstimate("embed", "embedded", "embedding", None, 40, 40, 400),
    ]


def test_what_is_not_known_is_not_said(registry: Registry) -> None:
    join = Step(id="join", operator="concat_tables", inputs={"first": "rows", "second": "rows"})
    (found,) = estimates(registry, Pipeline(steps=[join, Step(id="judge", operator="judged")]), {"rows": 10})
    assert found == StepEstimate("judge", "judged", "judge", None, None, None, None)
    lost = Step(id="lost", operator="no_such_operator")
    (found,) = estimates(registry, Pipeline(steps=[lost, Step(id="judge", operator="judged")]), {"rows": 10})
    assert found.rows is None
    (found,) = estimates(
        registry, Pipeline(steps=[Step(id="judge", operator="judged", bind={"text": "body"})]), {"rows": 2}
    )
    assert (found.calls, found.prompt_tokens) == (2, None)


def test_a_top_up_counts_for_all_its_rounds_and_gives_what_it_is_asked_for(registry: Registry) -> None:
    steps = [Step(id="make", operator="variants"), Step(id="judge", operator="judged")]
    pipeline = Pipeline(
        inline={"rows": [{"text": "a"}, {"text": "b"}]},
        steps=steps,
        top_ups=[TopUp(steps=["make"], until=7, max_rounds=5)],
    )
    assert [(found.rows, found.calls) for found in estimates(registry, pipeline, {})] == [(10, 30), (7, 7)]


def test_steps_without_a_model_cost_nothing(registry: Registry) -> None:
    assert estimates(registry, Pipeline(steps=[Step(id="count", operator="word_count")]), {"rows": 5}) == []
