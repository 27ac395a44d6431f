"""Every operator's worked example, run through the real executor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import corpusmith.operator_library
from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.example_pipeline import EXAMPLE_STEP, example_pipeline
from corpusmith.engine.execution.executor import Execution, ExecutionOptions, execute
from corpusmith.engine.operator import Example, Operator
from corpusmith.engine.reading import Source, source_of_rows
from corpusmith.engine.registry import Registry

TABLE = "__table__"

REGISTRY = Registry()
REGISTRY.add_package(corpusmith.operator_library)


def sources_of(operator: Operator, example: Example) -> dict[str, Source]:
    """The example's rows as the operator's input tables; with several, each row says in which it is."""
    if len(operator.tables_in) == 1:
        return {operator.tables_in[0]: source_of_rows(example.rows, table=operator.tables_in[0])}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in operator.tables_in}
    for row in example.rows:
        rows[row[TABLE]].append({name: value for name, value in row.items() if name != TABLE})
    return {name: source_of_rows(content, table=name) for name, content in rows.items()}


def run_example(operator: Operator, work: Path, services: dict[str, Any]) -> Execution:
    """The execution of a pipeline of the one operator over its example."""
    sources = sources_of(operator, operator.example)
    options = ExecutionOptions(services=services)
    return execute(example_pipeline(operator, REGISTRY), sources, REGISTRY, work, options=options)


def rows_of(execution: Execution, tables: tuple[str, ...]) -> list[dict[str, Any]]:
    """All output rows; with several tables, each says in which it is."""
    named = [
        {**({TABLE: name} if len(tables) > 1 else {}), **row}
        for name in tables
        for batch in execution.tables[name].full_batches()
        for row in batch.to_pylist()
    ]
    return [{name: value for name, value in row.items() if not name.startswith("__") or name == TABLE} for row in named]


@pytest.mark.parametrize(
    "operator",
    [operator for operator in REGISTRY if not operator.artifacts_out],
    ids=lambda operator: operator.name,
)
def test_the_example_of_an_operator_is_what_it_does(
    operator: Operator, tmp_path: Path, services_of: Callable[[Operator], dict[str, Any]]
) -> None:
    execution = run_example(operator, tmp_path, services_of(operator))
    example = operator.example
    made = rows_of(execution, operator.tables_out)
    assert made == example.becomes
    assert [*map(list, made)] == [*map(list, example.becomes)], "the columns are in their order"
    for name in set(operator.writes).intersection(*made):
        assert [type(row[name]) for row in made] == [type(row[name]) for row in example.becomes], "1 is not true"
    stage = execution.stage_of(EXAMPLE_STEP)
    assert [row["reason"] for row in stage.dropped(EXAMPLE_STEP)] == example.dropped
    assert not [*stage.quarantined(EXAMPLE_STEP)]
    assert all(ROW_ID in table.full_schema.names for table in execution.tables.values())


def test_an_operator_that_fits_something_is_in_the_example_of_one_that_uses_it() -> None:
    used = {fit.operator for operator in REGISTRY for fit in operator.example.artifacts.values()}
    for operator in REGISTRY:
        if operator.artifacts_out:
            assert operator.name in used
            assert operator.example.rows == operator.example.becomes, "the rows pass unchanged"


def test_every_operator_of_the_library_is_here() -> None:
    assert len(REGISTRY) > 60
    assert {operator.form for operator in REGISTRY} == {"value", "frame", "dataset"}
