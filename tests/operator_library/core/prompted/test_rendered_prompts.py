"""What a model is shown for the example of each operator, word for word: a changed prompt shows in the diff of a change.

After a change that is meant, delete the file and run the test once: it writes the file anew and fails.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

import corpusmith.operator_library.core.prompted
from corpusmith.engine.context import LLM
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.gateway.endpoint.wire import ChatRequest
from corpusmith.engine.operator import Operator
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library.core.prompted)
RENDERED = Path(__file__).parent / "rendered"


def shown(request: ChatRequest) -> str:
    """A request as a page of text: the messages, and the shape of the answer."""
    parts = [f"## {message['role']}\n\n{message['content']}" for message in request.messages]
    shape: Any = list(request.choices) or request.response_schema
    return "\n\n".join([*parts, f"## answer\n\n{orjson.dumps(shape, option=orjson.OPT_INDENT_2).decode()}"]) + "\n"


@pytest.mark.parametrize("operator", REGISTRY, ids=lambda operator: operator.name)
def test_the_prompt_of_an_operator_is_the_one_that_was_reviewed(
    operator: Operator, services_of: Callable[[Operator], dict[str, Any]], tmp_path: Path
) -> None:
    services = services_of(operator)
    pipeline = Pipeline(steps=[Step(id="step", operator=operator.name, params=operator.example.params)])
    rows = source_of_rows(operator.example.rows)
    execute(pipeline, {"rows": rows}, REGISTRY, tmp_path, options=ExecutionOptions(services=services))
    page = RENDERED / f"{operator.name}.md"
    if not page.exists():
        page.write_text(shown(services[LLM].requests[0]), encoding="utf-8")
        pytest.fail(f"{page.name} was not there and is now written; look at it")
    assert shown(services[LLM].requests[0]) == page.read_text(encoding="utf-8")


def test_there_is_no_page_without_an_operator() -> None:
    assert {page.stem for page in RENDERED.iterdir()} == set(REGISTRY.names())
