"""Every row-local operator over cells that nobody expects: each row is accounted for, and batches change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import corpusmith.operator_library
from corpusmith.engine.columns import ROW_ID, ColumnType
from corpusmith.engine.example_pipeline import EXAMPLE_STEP, example_pipeline
from corpusmith.engine.execution.executor import Execution, ExecutionOptions, execute
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.operator import Operator
from corpusmith.engine.pipeline import Pipeline
from corpusmith.engine.reading import Source, source_of_rows
from corpusmith.engine.registry import Registry

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library)
ROW_LOCAL = [operator for operator in REGISTRY if operator.form != "dataset"]

MEGABYTE = 1 << 20
TEXTS: list[str | None] = [
    None,
    "",
    " ",
    "\t\n\r\n \u00a0\u2003",
    "plain words, one sentence.",
    "x" * MEGABYTE,
    ("word " * (MEGABYTE // 5)),
    "👩‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👍🏽 tone, 1️⃣ key",
    "שלום עולם \u202eevil\u202c مرحبا",
    "e\u0301\u0301\u0301 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤a̴̵̸l̡g̢o",
    "bell\x07 escape\x1b[31m delete\x7f next\x85",
    "nul\x00inside\x00",
    "\ufeffbom \ufffd \u200b zero \u2028 line \u2029 paragraph",
    "日本語。文が二つあります。한국어 ไทย",
    "<script>alert(1)</script>&amp;&#0;&#x110000;<<a <b>",
    "NaN Infinity -0 1e400 １２３ ٣",
    "\U0010ffff\U000e0001\ue000",
    "null",
    "[1, 2",
]
VALUES: dict[ColumnType, list[Any]] = {
    "text": TEXTS,
    "any": TEXTS,
    "integer": [None, 0, -1, 2**63 - 1, -(2**63)],
    "number": [None, 0.0, -0.0, 1e308, 5e-324],
    "boolean": [None, True, False],
    "list": [None, [], [None], ["", "x" * MEGABYTE, "\x00"], ["e\u0301"] * 3],
}
BATCHES = (1, 7, 1000)

ServicesOf: TypeAlias = Callable[[Operator], dict[str, Any]]


def hostile_source(operator: Operator) -> Source:
    """A row per hostile value in each column that the operator reads, beside columns that it has no business with."""
    columns = dict.fromkeys(key for row in operator.example.rows for key in row)
    rows = []
    for number, text in enumerate(TEXTS):
        row: dict[str, Any] = {"bystander": text, "count": number}
        for place, name in enumerate(columns):
            values = VALUES[operator.reads.get(name, "text")]
            row[name] = values[(number + place) % len(values)]
        rows.append(row)
    return source_of_rows(rows)


def run(operator: Operator, source: Source, work: Path, batch_rows: int, services: dict[str, Any]) -> Execution:
    pipeline = example_pipeline(operator, REGISTRY)
    options = ExecutionOptions(batch_rows=batch_rows, max_error_share=1.0, services=services)
    return execute(pipeline, {"rows": source}, REGISTRY, work, options=options)


def output_of(execution: Execution) -> Iterator[dict[str, Any]]:
    return (row for batch in execution.tables["rows"].full_batches() for row in batch.to_pylist())


def files_of(execution: Execution, out: Path) -> dict[str, bytes]:
    """All that a run leaves for people, the lineage too: files with their bytes."""
    write_outputs(execution, Pipeline(), out, out, lambda output, splits: "")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize("operator", ROW_LOCAL, ids=lambda operator: operator.name)
def test_hostile_cells_are_accounted_for_and_change_nothing_else(
    operator: Operator, tmp_path: Path, services_of: ServicesOf
) -> None:
    source = hostile_source(operator)
    execution = run(operator, source, tmp_path, 7, services_of(operator))
    ledger = execution.ledger.steps[-1]
    assert ledger.rows_in == source.rows == ledger.parents + ledger.dropped.total() + ledger.quarantined
    assert ledger.rows_out == execution.tables["rows"].num_rows

    before = {row[ROW_ID]: row for batch in source.batches() for row in batch.to_pylist()}
    written = set(operator.writes)
    for row in output_of(execution):
        origin = before[row[ROW_ID] if operator.rows != "expand" else row[ROW_ID].rpartition("/")[0]]
        kept = [name for name in row if name in origin and name not in written and name != ROW_ID]
        assert {name: row[name] for name in kept} == {name: origin[name] for name in kept}
        assert "bystander" in kept or operator.schema_rule is not None


@pytest.mark.parametrize("operator", ROW_LOCAL, ids=lambda operator: operator.name)
def test_batches_and_a_second_run_change_nothing(operator: Operator, tmp_path: Path, services_of: ServicesOf) -> None:
    source = hostile_source(operator)
    first, *others = (
        files_of(run(operator, source, tmp_path / f"work-{n}", rows, services_of(operator)), tmp_path / f"out-{n}")
        for n, rows in enumerate((*BATCHES, BATCHES[0]))
    )
    assert sorted(first) == [
        "dataset/README.md",
        "dataset/data/train-00000-of-00001.parquet",
        "dropped.jsonl",
        "lineage-rows.parquet",
        "quarantine.jsonl",
    ]
    assert all(other == first for other in others)


@pytest.mark.parametrize("operator", ROW_LOCAL, ids=lambda operator: operator.name)
def test_no_error_is_one_of_the_operator_itself(operator: Operator, tmp_path: Path, services_of: ServicesOf) -> None:
    execution = run(operator, hostile_source(operator), tmp_path, 1000, services_of(operator))
    unforeseen = ("TypeError", "AttributeError", "IndexError", "KeyError", "RecursionError", "MemoryError")
    errors = [row["error"] for row in execution.stage_of(EXAMPLE_STEP).quarantined(EXAMPLE_STEP)]
    assert not [error for error in errors if error.startswith(unforeseen)]
