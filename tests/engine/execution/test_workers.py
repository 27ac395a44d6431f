"""Rows that go through worker processes: what comes out is what one process gives, also when workers die."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.execution.segments import pooled_segment, worker_process
from corpusmith.engine.execution.stages import stage_stream
from corpusmith.engine.pipeline import Step
from corpusmith.engine.registry import Registry

ROWS = [{"text": text} for text in ("one", "kill", "a2", "!", None, "x", "üñ", "", "bcd") * 4]


@pytest.fixture
def run_there(run: Callable[..., Any], operators_of_rows: list[Any]) -> Callable[..., Any]:
    """Runs steps in two workers unless told otherwise."""
    return lambda steps, rows=ROWS, **options: run(
        steps, rows, operators=operators_of_rows, **{"workers": 2, "batch_rows": 3, **options}
    )


def step(operator: str, **fields: Any) -> Step:
    return Step(id=operator, operator=operator, **fields)


def test_rows_are_worked_on_in_other_processes(run_there: Callable[..., Any]) -> None:
    ran = run_there([step("process")], [{"text": str(n)} for n in range(200)], batch_rows=4)
    assert os.getpid() not in {row["process"] for row in ran.rows()}


def test_a_small_input_stays_in_this_process(run_there: Callable[..., Any]) -> None:
    assert {row["process"] for row in run_there([step("process")], [{"text": "a"}], workers=None).rows()} == {
        os.getpid()
    }


def test_a_large_input_moves_into_workers_when_that_pays(
    run_there: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_SMALL_SECONDS", "_LARGE_SECONDS"):
        monkeypatch.setattr(pooled_segment, name, 0.0)
    monkeypatch.setattr(pooled_segment, "_SHIPPED_BYTES_PER_SECOND", float("inf"))
    monkeypatch.setattr(stage_stream, "cores", lambda: 2)
    rows = [{"text": str(number)} for number in range(40)]
    ran = run_there([step("process")], rows, workers=None, batch_rows=4)
    processes = [row["process"] for row in ran.rows()]
    assert processes[:4] == [os.getpid()] * 4
    assert os.getpid() not in processes[4:]
    assert [row["text"] for row in ran.rows()] == [row["text"] for row in rows]


def test_children_of_many_rows_keep_their_order(run_there: Callable[..., Any]) -> None:
    rows = [{"text": f"{number:03d}"} for number in range(700)]
    ran = run_there([step("split_characters")], rows, batch_rows=600)
    assert "".join(row["text"] for row in ran.rows()) == "".join(row["text"] for row in rows)


def test_workers_that_end_before_any_row_stop_the_run(
    run_there: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "_START", "raise SystemExit(3)")
    with pytest.raises(UserError, match=r"ends before it takes a row.*exit code 3"):
        run_there([step("process")])


def test_an_operator_that_no_other_process_finds_runs_here(run: Callable[..., Any], registry_of: Any) -> None:
    from corpusmith.engine.declare import operator
    from corpusmith.engine.operator import Example

    @operator(kind="evaluate", phase="annotate", example=Example(rows=[], becomes=[]))
    def local_process(text: str) -> int:
        """The process that the row is in."""
        return os.getpid()

    ran = run([Step(id="a", operator="local_process")], [{"text": "a"}], operators=[local_process], workers=2)
    assert ran.rows() == [{"text": "a", "local_process": os.getpid()}]


def test_a_row_that_kills_its_worker_is_quarantined_at_its_step_and_no_other_row_is_lost(
    run_there: Callable[..., Any],
) -> None:
    steps = [step("no_vowel"), step("deadly"), step("split_characters", bind={"text": "text"})]
    ran = run_there(steps, [{"text": text} for text in ("b", "c", "kill", "d", "of", "e")], batch_rows=2)
    assert ran.quarantined("deadly") == {"rows:memory:3": "the worker died of this row (signal SIGKILL)"}
    assert ran.ids() == ["rows:memory:1/1", "rows:memory:2/1", "rows:memory:4/1"]
    assert ran.dropped("no_vowel") == [("rows:memory:5", "begins_with_o"), ("rows:memory:6", "begins_with_e")]


def test_a_worker_that_dies_for_another_reason_costs_no_row(run_there: Callable[..., Any], tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    (marks / "b").touch()
    ran = run_there([step("deadly_once", params={"marks": str(marks)})], [{"text": "a"}, {"text": "b"}], batch_rows=2)
    assert ran.rows() == [{"text": "a"}, {"text": "b"}]
    assert not ran.quarantined("deadly_once")


def test_an_error_that_concerns_the_run_comes_out_of_a_worker_as_it_is(run_there: Callable[..., Any]) -> None:
    with pytest.raises(UserError, match="Nothing goes") as raised:
        run_there([step("refuses_the_run")], [{"text": "a"}])
    assert (raised.value.what, raised.value.why, raised.value.fix) == ("Nothing goes.", "It is so.", "Leave it.")


def test_a_registry_is_made_again_from_its_recipe(library: Registry) -> None:
    made = Registry.from_recipe(library.recipe())
    assert made.names() == library.names()
    assert [operator.source for operator in made] == [operator.source for operator in library]
