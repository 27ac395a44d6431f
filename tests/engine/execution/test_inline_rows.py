"""Sources whose rows stand in the pipeline."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.context import LLM
from corpusmith.engine.declare import operator
from corpusmith.engine.errors import UserError
from corpusmith.engine.events import StepFinished
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Pipeline, Step, TopUp

EXAMPLE = Example(rows=[], becomes=[])
TOPICS = [{"topic": "tides"}, {"topic": "rust"}]


@operator(kind="generate", phase="generate", rows="expand", writes={"text": "text"}, example=EXAMPLE)
def write_about(topic: str, *, count: int = 2) -> list[str]:
    """Texts about a topic."""
    return [f"{topic} {number}" for number in range(count)]


WRITE = Step(id="write", operator="write_about", inputs={"rows": "topics"}, outputs={"rows": "rows"})


def test_a_pipeline_can_start_from_rows_of_its_own(run: Any) -> None:
    pipeline = Pipeline(inline={"topics": TOPICS}, steps=[WRITE])
    ran = run(pipeline, {}, operators=[write_about])
    assert [row["text"] for row in ran.rows()] == ["tides 0", "tides 1", "rust 0", "rust 1"]
    assert ran.ids()[0] == "topics:inline:1/1"
    assert ran.execution.origins_of("topics:inline:2/1") == ["topics:inline:2"]
    assert ran.execution.ledger.rows_read == 2


def test_rows_of_its_own_stand_beside_given_ones(run: Any) -> None:
    both = Step(id="both", operator="concat_tables", inputs={"first": "rows", "second": "more"})
    pipeline = Pipeline(sources=["rows", "more"], inline={"more": [{"text": "own"}]}, steps=[both])
    assert pipeline.given_sources == ["rows"]
    assert [row["text"] for row in run(pipeline, [{"text": "given"}]).rows()] == ["given", "own"]


def test_rows_given_both_ways_are_a_problem(run: Any) -> None:
    pipeline = Pipeline(inline={"rows": TOPICS})
    with pytest.raises(UserError, match="an input is given for the source `rows`, and the pipeline has rows for it"):
        run(pipeline, TOPICS)


def test_the_columns_of_rows_of_its_own_are_checked_without_any_input(registry_of: Any) -> None:
    pipeline = Pipeline(inline={"topics": TOPICS}, steps=[WRITE.model_copy(update={"bind": {"topic": "topik"}})])
    given: list[dict[str, Any] | None] = [None, {}]
    for schemas in given:
        (problem,) = check_pipeline(pipeline, registry_of(write_about), schemas)
        assert problem.message == "column `topik` not found (has: `topic`). Did you mean `topic`?"


def test_rows_that_cannot_be_carried_are_a_problem(registry_of: Any) -> None:
    (problem,) = check_pipeline(Pipeline(inline={"rows": [{"__row_id__": 1}]}), registry_of())
    assert problem.message.startswith("rows in the pipeline: Row 1 has a column `__row_id__`")


def test_other_rows_run_again_and_the_same_are_found(run: Any, tmp_path: Path) -> None:
    def reused(rows: list[dict[str, str]]) -> bool:
        pipeline = Pipeline(inline={"topics": rows}, steps=[WRITE])
        events = run(pipeline, {}, operators=[write_about], work=tmp_path).events
        return next(event.reused for event in events if isinstance(event, StepFinished))

    assert [reused(rows) for rows in (TOPICS, TOPICS, TOPICS[::-1])] == [False, True, False]


def test_sources_are_none_by_default_where_the_pipeline_has_rows_and_rows_otherwise() -> None:
    assert Pipeline().sources == ["rows"]
    assert Pipeline(inline={"topics": TOPICS}).sources == []
    assert Pipeline(sources=["rows"], inline={"topics": TOPICS}).sources == ["rows"]


@pytest.mark.parametrize("sources", [["rows"], [], ["topics"]])
def test_the_yaml_form_gives_them_back_with_the_hash(sources: list[str]) -> None:
    rows = [{"topic": "007", "when": "2020-01-01", "n": 1, "deep": {"a": [None, True]}}]
    pipeline = Pipeline(sources=sources, inline={"topics": rows})
    again = Pipeline.from_yaml(pipeline.to_yaml())
    assert again == pipeline
    assert again.hash == pipeline.hash


def test_a_date_in_a_pipeline_is_the_text_that_it_is_in_json() -> None:
    written = Pipeline.from_yaml("inline: {rows: [{day: 2020-01-01}]}")
    assert written.inline["rows"] == [{"day": "2020-01-01"}]
    assert Pipeline(inline={"rows": [{"day": date(2020, 1, 1)}]}) == written


def test_a_value_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValidationError, match="inline"):
        Pipeline(inline={"rows": [{"x": object()}]})


def test_topics_are_topped_up_by_a_model_that_is_asked_nothing_twice(run: Any, tmp_path: Path) -> None:
    models = ScriptedModels(lambda request: f"text {(request.seed or 0) % 7}")
    steps = [
        Step(
            id="write",
            operator="prompted_variants",
            bind={"input": "topic"},
            params={"prompt": "Write about {{ input }}.", "count": 2},
        ),
        Step(id="new", operator="exact_duplicates", params={"columns": ["generated"]}),
    ]
    pipeline = Pipeline(
        inline={"rows": TOPICS},
        steps=steps,
        models={"default": "scripted"},
        top_ups=[TopUp(steps=["write", "new"], until=5, max_rounds=40)],
    )
    ran = run(pipeline, {}, work=tmp_path, services={LLM: models})
    assert len({row["generated"] for row in ran.rows()}) == 5
    rounds = len(ran.execution.ledger.top_ups[0].passed)
    assert rounds > 1
    assert len(models.requests) == ran.ledger("write").rows_out == rounds * 4
    again = run(pipeline, {}, work=tmp_path, services={LLM: models})
    assert again.rows() == ran.rows()
    assert len(models.requests) == rounds * 4
