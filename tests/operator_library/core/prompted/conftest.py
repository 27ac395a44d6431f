"""Runs an operator over rows with a model that answers from a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

import corpusmith.operator_library.core.prompted
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.gateway.endpoint.wire import ChatRequest
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library.core.prompted)


class Ran(NamedTuple):
    """What became of the rows, and what the model was asked."""

    rows: list[dict[str, Any]]
    dropped: list[str]
    errors: list[str]
    requests: list[ChatRequest]

    def asked(self, number: int = 0) -> str:
        """The last message of a request."""
        return self.requests[number].messages[-1]["content"]


Runner: TypeAlias = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    """``run("prompted_filter", rows, answer, criterion="...")``; ``answer`` is one for all requests, or makes it of each."""

    def ran(
        operator: str,
        rows: list[dict[str, Any]],
        answer: Any,
        *,
        seed: int = 0,
        bind: dict[str, str] | None = None,
        **params: Any,
    ) -> Ran:
        def said(request: ChatRequest) -> str:
            given = answer(request) if callable(answer) else answer
            return given if isinstance(given, str) else json.dumps(given)

        models = ScriptedModels(said)
        options = ExecutionOptions(max_error_share=1.0, services={"llm": models})
        pipeline = Pipeline(seed=seed, steps=[Step(id="step", operator=operator, params=params, bind=bind or {})])
        work = tmp_path / f"work-{len(list(tmp_path.iterdir()))}"
        execution = execute(pipeline, {"rows": source_of_rows(rows)}, REGISTRY, work, options=options)
        stage = execution.stage_of("step")
        made = [row for batch in execution.tables["rows"].full_batches() for row in batch.to_pylist()]
        return Ran(
            [{name: value for name, value in row.items() if not name.startswith("__")} for row in made],
            [row["reason"] for row in stage.dropped("step")],
            [row["error"] for row in stage.quarantined("step")],
            models.requests,
        )

    return ran
