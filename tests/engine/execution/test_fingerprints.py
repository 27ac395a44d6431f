"""What decides a result decides the name of its stage: models, prompts, versions, rounds; and nothing else runs again."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine import distributions
from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.context import EMBEDDING, LLM, Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.distributions import distributions_of
from corpusmith.engine.errors import UserError
from corpusmith.engine.events import StepFinished
from corpusmith.engine.execution.stages import stage_facts
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])
ROWS = [{"text": "a"}, {"text": "b"}]


class Names:
    """A service that only says which model answers for a role."""

    def __init__(self, **models: str) -> None:
        self.models = models

    def identity(self, role: str) -> str:
        if role not in self.models:
            raise UserError(f"No model is configured for the role `{role}`.")
        return self.models[role]


@operator(kind="refine", phase="generate", example=EXAMPLE, needs=("llm",))
def rewritten(text: str, *, role: str = "default", context: Context) -> str:
    """The text with the model that would have rewritten it."""
    return f"{text}:{context.models.identity(role)}"


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, needs=("embedding",))
def embedded(text: str) -> int:
    """Needs an embedding model."""
    return 1


ALL: list[Any] = [rewritten, embedded]
STEPS = [
    Step(id="sort", operator="sort_rows", params={"by": ["text"]}),
    Step(id="ask", operator="rewritten"),
    Step(id="order", operator="sort_rows", params={"by": ["text"], "descending": True}),
]


@pytest.fixture
def reused(run: Any, tmp_path: Path) -> Any:
    """Runs steps in one folder; gives the steps that were found done."""

    def steps_reused(steps: list[Step] = STEPS, **models: str) -> list[str]:
        services = {LLM: Names(**models), EMBEDDING: Names(**models)}
        ran = run(steps, ROWS, operators=ALL, work=tmp_path / "work", services=services)
        return [event.step for event in ran.events if isinstance(event, StepFinished) and event.reused]

    return steps_reused


def test_another_model_runs_again_what_asks_it_and_what_follows(reused: Any) -> None:
    assert reused(default="one") == []
    assert reused(default="one") == ["sort", "ask", "order"]
    assert reused(default="one", judge="another") == ["sort", "ask", "order"], "a role that no step asks"
    assert reused(default='one {"temperature":0.5}') == ["sort"]
    assert reused(default="two") == ["sort"]


def test_the_role_is_the_one_that_the_step_asks(reused: Any) -> None:
    steps = [STEPS[0], STEPS[1].model_copy(update={"params": {"role": "judge"}})]
    assert reused(steps, default="one", judge="x") == []
    assert reused(steps, default="two", judge="x") == ["sort", "ask"]
    assert reused(steps, default="two", judge="y") == ["sort"]


def test_an_embedding_model_has_a_role_of_its_own(reused: Any) -> None:
    steps = [STEPS[0], Step(id="embed", operator="embedded")]
    assert reused(steps, embedding="e1") == []
    assert reused(steps, embedding="e1", default="m") == ["sort", "embed"]
    assert reused(steps, embedding="e2") == ["sort"]


def test_another_version_of_what_an_operator_imports_runs_it_again(
    reused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reused(default="one")
    installed = distributions_of
    monkeypatch.setattr(
        stage_facts,
        "distributions_of",
        lambda op: {**installed(op), **({"numpy": "99"} if op.name == "rewritten" else {})},
    )
    assert reused(default="one") == ["sort"]


def test_another_python_runs_everything_again(reused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reused(default="one")
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "99", "0"))
    assert reused(default="one") == []


def test_a_parameter_runs_again_what_depends_on_it(reused: Any) -> None:
    reused(default="one")
    changed = STEPS[2].model_copy(update={"params": {"by": ["text"]}})
    assert reused([*STEPS[:2], changed], default="one") == ["sort", "ask"]


def test_distributions_are_those_that_the_operators_own_modules_import(library: Registry) -> None:
    assert set(distributions_of(library.get("near_duplicates"))) >= {"numpy", "xxhash"}
    assert [*distributions_of(getattr(rewritten, OPERATOR_ATTRIBUTE))] == ["pytest"]
    measure, derived = (distributions_of(library.get(name)) for name in ("word_count", "word_count_filter"))
    assert measure.items() <= derived.items(), "a derived filter runs on its measure"


def test_a_package_of_another_name_than_its_distribution_is_found() -> None:
    assert [name.lower() for name, _ in distributions._providers("yaml")] == ["pyyaml"]
    assert distributions._providers("no_such_package_anywhere") == ()


def problems(steps: list[Step], services: dict[str, Any] | None, models: dict[str, str] | None = None) -> list[str]:
    registry = Registry()
    for subject in ALL:
        registry.add(getattr(subject, OPERATOR_ATTRIBUTE))
    return [str(one) for one in check_pipeline(Pipeline(steps=steps, models=models or {}), registry, None, services)]


ASK = [STEPS[1]]


def test_a_step_without_its_service_is_named_with_how_to_configure_it() -> None:
    (problem,) = problems(ASK, {})
    assert problem.startswith("step `ask`: `rewritten` needs a model, and none is configured. Set CORPUSMITH_MODEL")
    (problem,) = problems([Step(id="e", operator="embedded")], {LLM: Names(default="m")})
    assert "needs an embedding model" in problem
    assert "CORPUSMITH_EMBEDDING_MODEL" in problem


def test_services_are_not_asked_for_where_nothing_is_known_of_them() -> None:
    assert problems(ASK, None) == []


def test_a_role_without_a_model_is_a_problem_of_its_step() -> None:
    asks_judge = [ASK[0].model_copy(update={"params": {"role": "judge"}})]
    assert problems(asks_judge, {LLM: Names(default="m")}) == [
        "step `ask`: No model is configured for the role `judge`."
    ]


@pytest.mark.parametrize("identity", ["m", 'm {"temperature":0.0}'])
def test_the_model_that_the_pipeline_asks_for_must_answer(identity: str) -> None:
    services = {LLM: Names(default=identity)}
    assert problems(ASK, services, {"default": "m"}) == []
    (problem,) = problems(ASK, services, {"default": "other"})
    assert problem.startswith("the pipeline asks for the model `other` as `default`, and `m` would answer.")
    assert problems(ASK, services, {"judge": "m"}) == ["No model is configured for the role `judge`."]


def test_a_run_with_another_model_than_the_pipelines_does_not_start(run: Any) -> None:
    pipeline = Pipeline(steps=ASK, models={"default": "m"})
    with pytest.raises(UserError, match="asks for the model `m` as `default`, and `n` would answer"):
        run(pipeline, ROWS, operators=ALL, services={LLM: Names(default="n")})
    ran = run(pipeline, ROWS, operators=ALL, services={LLM: Names(default="m")})
    assert [row["text"] for row in ran.rows()] == ["a:m", "b:m"]
