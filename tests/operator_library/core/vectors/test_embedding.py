from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import corpusmith.operator_library.core.vectors
from corpusmith.engine.errors import UserError
from corpusmith.engine.execution.executor import Execution, ExecutionOptions, execute
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library.core.vectors)


def run(rows: list[dict[str, Any]], embed: Callable[[str], Sequence[float]], work: Path, **params: Any) -> Execution:
    models = ScriptedModels(lambda _: "", embed)
    options = ExecutionOptions(max_error_share=1.0, services={"embedding": models})
    pipeline = Pipeline(steps=[Step(id="step", operator="text_embedding", params=params)])
    return execute(pipeline, {"rows": source_of_rows(rows)}, REGISTRY, work, options=options)


def vectors_in(execution: Execution) -> list[Any]:
    batches = execution.tables["rows"].full_batches()
    return [vector for batch in batches for vector in batch.column("embedding").to_pylist()]


def errors_of(execution: Execution) -> list[str]:
    return [row["error"] for row in execution.stage_of("step").quarantined("step")]


def test_each_text_gets_its_vector_and_blank_ones_get_none(tmp_path: Path) -> None:
    rows = [{"text": text} for text in ("ab", None, "", " \n", "c")]
    execution = run(rows, lambda text: [len(text), 0.5], tmp_path)
    assert vectors_in(execution) == [[2.0, 0.5], None, None, None, [1.0, 0.5]]
    assert execution.tables["rows"].schema.field("embedding").type == pa.list_(pa.float64())


def test_equal_texts_are_embedded_once(tmp_path: Path) -> None:
    seen: list[str] = []

    def embed(text: str) -> list[float]:
        seen.append(text)
        return [1.0]

    execution = run([{"text": "a"}, {"text": "b"}, {"text": "a"}], embed, tmp_path)
    assert seen == ["a", "b"]
    assert vectors_in(execution) == [[1.0]] * 3


def test_a_text_that_is_too_long_is_quarantined_and_the_others_are_not(tmp_path: Path) -> None:
    execution = run([{"text": "ab"}, {"text": "x" * 11}, {"text": "cd"}], lambda _: [1.0], tmp_path, max_characters=10)
    assert vectors_in(execution) == [[1.0], [1.0]]
    assert errors_of(execution) == ["the text is longer than the 10 characters that are embedded; split it first"]


@pytest.mark.parametrize("bad", [[], [float("nan")], [float("inf"), 1.0]])
def test_a_vector_that_is_none_is_quarantined(tmp_path: Path, bad: list[float]) -> None:
    execution = run([{"text": "a"}, {"text": "bad"}], lambda text: bad if text == "bad" else [1.0], tmp_path)
    assert vectors_in(execution) == [[1.0]]
    assert "no finite number" in errors_of(execution)[0]


def test_a_run_without_an_embedding_model_stops(tmp_path: Path) -> None:
    pipeline = Pipeline(steps=[Step(id="step", operator="text_embedding")])
    with pytest.raises(UserError, match="embedding"):
        execute(pipeline, {"rows": source_of_rows([{"text": "a"}])}, REGISTRY, tmp_path)
