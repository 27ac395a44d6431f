"""From frozen criteria to a plan, and from a plan to a pipeline."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.agents.brain import CodingTask, DiagnosisTask, PlanningTask
from corpusmith.agents.plan import Plan
from corpusmith.agents.rules import coder, diagnosis, planner
from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.pipeline import Pipeline
from corpusmith.engine.registry import Registry
from corpusmith.tools.contract.model import Contract, Criterion, Span, Uncovered
from corpusmith.tools.contract.subject import Subject
from corpusmith.tools.operators import load_registry
from corpusmith.tools.verification.request import CheckResult

SUBJECT = Subject(columns={"content": "text", "id": "text", "score": "number"}, text_column="content", rows=100)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def contract(*criteria: Criterion, uncovered: list[Uncovered] | None = None) -> Contract:
    numbered = [c.model_copy(update={"id": f"c{i}"}) for i, c in enumerate(criteria, 1)]
    return Contract(spec_hash="s", criteria=numbered, uncovered=uncovered or [])


def criterion(check: str, means: Any = "any", **params: Any) -> Criterion:
    return Criterion(id="", span=Span(quote="q", start=0, end=1), check=check, params=params, means=means)


def row(rule: str, column: str, means: Any = "any", **params: Any) -> Criterion:
    return criterion("every_row", means, rule=rule, params={"column": column, **params})


def planned(registry: Registry, made: Contract, met: set[str] = frozenset(), forced: set[str] = frozenset()) -> Plan:  # type: ignore[assignment]
    task = PlanningTask(made, SUBJECT, frozenset(met), frozenset(forced), registry)
    return planner.plan(task, lambda words: ["nearest_one"])


def coded(registry: Registry, made: Contract) -> Pipeline:
    plan = planned(registry, made)
    return coder.code(CodingTask(made, SUBJECT, plan, registry, seed=3, problems=[]))


def operators(plan: Plan) -> list[str]:
    return [intent.operator for intent in plan.intents]


def test_steps_come_in_the_order_of_their_phases_whatever_the_order_of_the_spec(registry: Registry) -> None:
    made = contract(
        criterion("splits", fractions={"train": 0.9, "test": 0.1}),
        criterion("near_duplicates", column="content"),
        row("length", "content", unit="words", min=5),
        row("clean_text", "content", "edit", of="whitespace"),
        row("clean_text", "content", "edit", of="html"),
    )
    expected = ["remove_html", "normalize_whitespace", "word_count_filter", "near_duplicates", "split_rows"]
    assert operators(planned(registry, made)) == expected


def test_two_bounds_on_one_quantity_are_one_step(registry: Registry) -> None:
    made = contract(row("length", "content", unit="words", min=5), row("length", "content", unit="words", max=9))
    (intent,) = planned(registry, made).intents
    assert (intent.params["min"], intent.params["max"]) == (5, 9)
    assert intent.criteria == ["c1", "c2"]


def test_bounds_that_disagree_stay_two_steps(registry: Registry) -> None:
    made = contract(row("length", "content", unit="words", min=5), row("length", "content", unit="words", min=9))
    assert operators(planned(registry, made)) == ["word_count_filter", "word_count_filter"]


def test_several_required_mentions_are_several_steps(registry: Registry) -> None:
    made = contract(row("mentions", "content", terms=["a", "b"], mode="all"))
    assert [intent.params["terms"] for intent in planned(registry, made).intents] == [["a"], ["b"]]


def test_an_input_that_meets_a_share_gets_no_step_until_it_is_forced(registry: Registry) -> None:
    made = contract(
        criterion(
            "share_of_rows", rule="length", params={"column": "content", "unit": "words", "min": 5}, min_share=0.9
        )
    )
    assert operators(planned(registry, made, met={"c1"})) == []
    assert planned(registry, made, met={"c1"}).notes
    assert operators(planned(registry, made, met={"c1"}, forced={"c1"})) == ["word_count_filter"]


def test_a_forced_edit_is_made_once_more_after_the_last_edit(registry: Registry) -> None:
    made = contract(
        row("no_personal_data", "content", "edit", kinds=["phone"]),
        row("clean_text", "content", "edit", of="whitespace"),
        row("length", "content", unit="words", min=5),
    )
    once = ["mask_personal_data", "normalize_whitespace"]
    assert operators(planned(registry, made, forced={"c1"})) == [*once, "mask_personal_data", "word_count_filter"]


def test_what_no_check_covers_is_a_gap_with_the_nearest_operators(registry: Registry) -> None:
    piece = Uncovered(span=Span(quote="about physics", start=0, end=13), why="no check")
    (gap,) = planned(registry, contract(uncovered=[piece])).gaps
    assert (gap.need, gap.nearest) == ("about physics", ["nearest_one"])


def test_steps_before_a_rename_use_the_old_name_and_later_ones_the_new(registry: Registry) -> None:
    made = contract(
        criterion("renamed", old="content", new="text"),
        row("length", "text", unit="words", min=5),
        criterion("unique_rows", columns=["text"]),
        criterion("sorted_rows", length_of="text", unit="words"),
        criterion("splits", fractions={"train": 0.5, "test": 0.5}),
        criterion("no_leakage", column="text"),
        criterion("columns", exact=["text", "id"]),
        criterion("output_format", format="jsonl"),
    )
    pipeline = coded(registry, made)
    steps = {step.operator: step for step in pipeline.steps}
    assert steps["word_count_filter"].bind == {"text": "content"}
    assert steps["exact_duplicates"].params["columns"] == ["content"]
    assert steps["sort_by_length"].bind == {"text": "text"}
    assert steps["split_rows"].params["keep_equal"] == "text"
    assert steps["select_columns"].params["columns"] == ["text", "id", "split"]
    assert pipeline.outputs[0].model_dump(exclude={"max_shard_bytes"}) == {
        "table": "rows",
        "format": "jsonl",
        "split_column": "split",
        "splits": ["train", "test"],
    }
    assert check_pipeline(pipeline, registry) == []


def test_nothing_can_leak_without_splits(registry: Registry) -> None:
    assert coded(registry, contract(criterion("no_leakage", column="content"))).steps == []


def diagnosed(registry: Registry, made: Contract, failed: str, forced: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    results = [
        CheckResult(criterion=c.id, outcome="failed" if c.id == failed else "passed", evidence="e")
        for c in made.criteria
    ]
    task = DiagnosisTask(made, coded(registry, made), results, frozenset(forced))
    return diagnosis.diagnose(task).force


def test_an_edit_that_failed_is_tried_again_once(registry: Registry) -> None:
    made = contract(row("clean_text", "content", "edit", of="html"), row("length", "content", unit="words", min=5))
    assert diagnosed(registry, made, "c1") == ["c1"]
    assert diagnosed(registry, made, "c1", forced={"c1"}) == []


def test_a_filter_that_failed_is_not_tried_again(registry: Registry) -> None:
    made = contract(row("clean_text", "content", "edit", of="html"), row("length", "content", unit="words", min=5))
    assert diagnosed(registry, made, "c2") == []
