"""The catalogue says how often a row asks a model: a bill must not come as a surprise."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import corpusmith.operator_library.core.prompted
from corpusmith.engine.context import LLM
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.operator import Operator
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library.core.prompted)


@pytest.mark.parametrize("operator", REGISTRY, ids=lambda operator: operator.name)
def test_a_row_asks_as_often_as_the_description_says(
    operator: Operator, services_of: Callable[[Operator], dict[str, Any]], tmp_path: Path
) -> None:
    said = re.findall(r"(One|Two|``count``)\s+calls?\s+per\s+row", operator.description)
    services = services_of(operator)
    pipeline = Pipeline(steps=[Step(id="step", operator=operator.name, params=operator.example.params)])
    rows = source_of_rows(operator.example.rows[:1])
    execute(pipeline, {"rows": rows}, REGISTRY, tmp_path, options=ExecutionOptions(services=services))

    times = {"One": 1, "Two": 2, "``count``": operator.example.params.get("count")}
    assert [times[word] for word in said] == [len(services[LLM].requests)]
    assert operator.calls(operator.params.model_validate(operator.example.params)) == len(services[LLM].requests)
