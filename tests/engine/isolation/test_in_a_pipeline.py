"""Code that nobody has read as a step of a pipeline: locked, checked, executed, and resumed like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.errors import UserError
from corpusmith.engine.execution.execution import ExecutionOptions
from corpusmith.engine.execution.executor import execute
from corpusmith.engine.isolation.isolated_worker import learn
from corpusmith.engine.isolation.plain_wall import PlainWall
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

HEAD = """
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Drop, Example
import os
EXAMPLE = Example(rows=[{"text": "a b"}], becomes=[{"text": "a b", "gaps": 1}])
"""
GAPS = (
    HEAD
    + '''
@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def gaps(text: str, *, times: int = 1) -> int:
    """Counts the gaps."""
    if text == "die":
        os._exit(1)
    return text.count(" ") * times
'''
)
ROWS = [{"text": " ".join("x" * (number % 5))} for number in range(300)] + [{"text": "die"}]


class Isolation:
    """A sandbox that contains nothing."""

    wall = PlainWall()


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.add(learn(GAPS, PlainWall()).operator())
    return made


OPTIONS = ExecutionOptions(batch_rows=64, workers=2, services={"sandbox": Isolation()})
PIPELINE = Pipeline(steps=[Step(id="count", operator="gaps", params={"times": 2})])


def test_it_runs_and_every_row_is_accounted_for(registry: Registry, tmp_path: Path) -> None:
    execution = execute(PIPELINE, {"rows": source_of_rows(ROWS)}, registry, tmp_path, options=OPTIONS)
    (ledger,) = execution.ledger.steps
    assert (ledger.rows_in, ledger.parents, ledger.quarantined) == (301, 300, 1)
    rows = [row for batch in execution.tables["rows"].batches() for row in batch.to_pylist()]
    assert rows == [{**row, "gaps": row["text"].count(" ") * 2} for row in ROWS[:-1]]
    assert [one["row"] for one in execution.stage_of("count").quarantined("count")] == ["rows:memory:301"]


def test_its_lock_is_its_source_and_its_declaration(registry: Registry) -> None:
    other = Registry()
    other.add(learn(GAPS.replace("* times", "* times + 0"), PlainWall()).operator())
    locked = PIPELINE.locked(registry)
    assert locked.steps[0].lock != PIPELINE.locked(other).steps[0].lock
    assert check_pipeline(locked, registry) == []
    assert "has changed" in str(check_pipeline(locked, other)[0])


def test_its_measure_yields_no_filter_by_calling_it_here(registry: Registry) -> None:
    assert registry.names() == ["gaps"]


def test_bad_parameters_are_problems_of_the_static_check(registry: Registry) -> None:
    bad = Pipeline(steps=[Step(id="count", operator="gaps", params={"times": "many"})])
    assert "times" in str(check_pipeline(bad, registry)[0])


def test_without_a_sandbox_nothing_runs(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs sandbox"):
        execute(PIPELINE, {"rows": source_of_rows(ROWS)}, registry, tmp_path)
