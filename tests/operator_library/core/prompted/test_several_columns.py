"""Operators that ask a model among the others: several columns go in by name, extracted fields come out typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

import corpusmith.operator_library.core
from corpusmith.engine.execution.executor import Execution, ExecutionOptions, execute
from corpusmith.engine.gateway.endpoint.wire import ChatRequest
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library.core)


def run(steps: list[Step], rows: list[dict[str, Any]], models: ScriptedModels, work: Path) -> Execution:
    options = ExecutionOptions(services={"llm": models}, max_error_share=1.0)
    return execute(Pipeline(steps=steps), {"rows": source_of_rows(rows)}, REGISTRY, work, options=options)


def rows_of(execution: Execution) -> list[dict[str, Any]]:
    made = [row for batch in execution.tables["rows"].full_batches() for row in batch.to_pylist()]
    return [{name: value for name, value in row.items() if not name.startswith("__")} for row in made]


def test_a_judge_sees_several_columns(tmp_path: Path) -> None:
    def judge(request: ChatRequest) -> str:
        right = "answer>\n4\n" in request.messages[-1]["content"]
        return json.dumps({"reason": "Compared with the gold answer.", "verdict": "yes" if right else "no"})

    steps = [
        Step(
            id="judge",
            operator="prompted_filter",
            params={"criterion": "`answer` agrees with `gold`."},
            bind={"answer": "answer", "gold": "gold"},
        )
    ]
    rows = [{"question": "2+2?", "answer": answer, "gold": "4"} for answer in ("4", "5")]
    assert rows_of(run(steps, rows, ScriptedModels(judge), tmp_path)) == rows[:1]


def test_extracted_fields_become_a_typed_struct(tmp_path: Path) -> None:
    models = ScriptedModels(lambda _: '{"age": 41, "towns": ["Kiel"]}')
    steps = [
        Step(
            id="extract",
            operator="structured_extraction",
            params={"fields": {"age": {"type": "integer"}, "towns": {"type": "list of texts"}}},
        ),
        Step(id="old", operator="number_value_filter", params={"min": 40}, bind={"value": "extracted.age"}),
    ]
    execution = run(steps, [{"text": "Nora, 41, Kiel"}], models, tmp_path)
    expected = pa.struct([("age", pa.int64()), ("towns", pa.list_(pa.string()))])
    assert execution.tables["rows"].schema.field("extracted").type == expected
    assert rows_of(execution)[0]["extracted"] == {"age": 41, "towns": ["Kiel"]}


def test_a_finished_run_asks_nothing_again(tmp_path: Path) -> None:
    models = ScriptedModels(lambda _: "A title.")
    steps = [Step(id="title", operator="prompted_generation", params={"prompt": "Title: {{ input }}"})]
    rows = [{"input": f"text {number}"} for number in range(5)]
    first = rows_of(run(steps, rows, models, tmp_path))
    assert rows_of(run(steps, rows, models, tmp_path)) == first
    assert len(models.requests) == 5
