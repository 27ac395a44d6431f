"""Runs as a whole: logs, options that change nothing, stages that are found again, and what stops a run."""

from __future__ import annotations

import errno
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.context import Context
from corpusmith.engine.declare import dataset_operator, operator
from corpusmith.engine.errors import LedgerImbalanceError, UserError
from corpusmith.engine.events import Progress, RowsDropped, StepFinished, StepStarted
from corpusmith.engine.execution.segments.local_segment import LocalSegment
from corpusmith.engine.execution.stages import stage_progress, stage_runner
from corpusmith.engine.execution.steps.outcome import StepAccount, StepOutcome
from corpusmith.engine.operator import Drop, Example, Selection, SelectionOperator, Table
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.reading import source_of_rows

EXAMPLE = Example(rows=[], becomes=[])
CALLS: Counter[str] = Counter()
ROWS = [{"n": n, "text": f"text {n}" if n % 5 else None} for n in range(20)]


@operator(kind="filter", phase="filter", example=EXAMPLE)
def counted(n: int, *, modulus: int = 3) -> Drop | None:
    """Drops multiples of ``modulus``, breaks on 7, and counts its calls."""
    CALLS["counted"] += 1
    if n == 7:
        raise ValueError("seven")
    return None if n % modulus else Drop(f"multiple_of_{modulus}")


@operator(kind="refine", phase="repair", example=EXAMPLE)
def doubled(n: int) -> int:
    """Twice the number."""
    CALLS["doubled"] += 1
    return 2 * n


@dataset_operator(name="turned", kind="refine", phase="order", example=EXAMPLE)
class Turned(SelectionOperator):
    """The other way round."""

    def select(self, rows: Table, context: Context) -> Selection:
        import numpy as np

        CALLS["turned"] += 1
        return Selection(order=np.arange(rows.num_rows)[::-1])


ALL = [counted, doubled, Turned]
STEPS = [Step(id="a", operator="counted"), Step(id="b", operator="turned"), Step(id="c", operator="doubled")]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    CALLS.clear()


def test_logs_are_in_the_order_of_steps_and_rows_whatever_the_batches(run: Any, tmp_path: Path) -> None:
    steps = [*STEPS, Step(id="d", operator="require_value", bind={"value": "text"})]
    outs = [
        run(steps, ROWS, operators=ALL, batch_rows=n, snapshots=snapshots).files(tmp_path / f"{n}{snapshots}")
        for n in (1, 2, 7, 1000)
        for snapshots in (False, True)
    ]
    assert all(out == outs[0] for out in outs)
    dropped, quarantined = run(steps, ROWS, operators=ALL).logs(tmp_path / "again")
    assert [(line["step"], line["row"].rpartition(":")[2]) for line in dropped] == [
        *(("a", str(n + 1)) for n in range(0, 20, 3)),
        ("d", "11"),
        ("d", "6"),
    ]
    assert quarantined == [{"row": "rows:memory:8", "step": "a", "error": "ValueError: seven"}]


def test_rows_that_could_not_be_read_come_first_in_the_quarantine(run: Any, tmp_path: Path) -> None:
    rows = [{"n": 1, "text": "\ud800"}, *ROWS]
    _, quarantined = run([Step(id="a", operator="counted")], rows, operators=ALL).logs(tmp_path / "out")
    assert [(line["step"], line["row"]) for line in quarantined] == [("read", "rows:memory:1"), ("a", "rows:memory:9")]


def test_an_error_with_broken_text_can_be_logged(run: Any, tmp_path: Path) -> None:
    @operator(kind="refine", phase="repair", example=EXAMPLE)
    def broken(text: str) -> str:
        """Fails with a lone surrogate."""
        raise ValueError("\udcff")

    _, quarantined = run([Step(id="a", operator="broken")], ROWS[1:2], operators=[broken]).logs(tmp_path / "out")
    assert quarantined[0]["error"] == "ValueError: ?"


def test_a_pipeline_without_steps_gives_its_input(run: Any) -> None:
    ran = run([], ROWS)
    assert ran.rows() == ROWS
    assert ran.execution.ledger.as_json() == {"rows_read": 20, "quarantined_at_reading": 0, "steps": []}


def test_a_run_over_no_rows_keeps_the_columns(run: Any) -> None:
    source = source_of_rows(ROWS)
    empty = source_of_rows([{"n": 1, "text": "x"}])
    steps = [Step(id="a", operator="counted", params={"modulus": 1}), Step(id="b", operator="turned")]
    ran = run(steps, {"rows": empty}, operators=ALL)
    assert ran.rows() == []
    assert ran.execution.tables["rows"].schema == source.schema


def test_a_second_run_finds_every_stage(run: Any, tmp_path: Path) -> None:
    first = run(STEPS, ROWS, operators=ALL, work=tmp_path / "work")
    calls = dict(CALLS)
    second = run(STEPS, ROWS, operators=ALL, work=tmp_path / "work")
    assert calls == dict(CALLS) == {"counted": 20, "turned": 1, "doubled": 12}
    assert (second.rows(), second.execution.ledger) == (first.rows(), first.execution.ledger)
    assert [event.reused for event in second.events if isinstance(event, StepFinished)] == [True] * 3
    assert not [event for event in second.events if isinstance(event, StepStarted)]
    assert RowsDropped(step="a", reasons={"multiple_of_3": 7}) in second.events


def test_a_change_runs_again_what_depends_on_it_and_nothing_else(run: Any, tmp_path: Path) -> None:
    def ran_again(steps: list[Step], rows: Any = ROWS, seed: int = 0) -> set[str]:
        CALLS.clear()
        run(Pipeline(steps=steps, seed=seed), rows, operators=ALL, work=tmp_path / "work")
        return set(CALLS)

    everything = {"counted", "turned", "doubled"}
    assert ran_again(STEPS) == everything
    renamed_column = STEPS[2].model_copy(update={"write": {"n": "m"}})
    assert ran_again([*STEPS[:2], renamed_column]) == {"doubled"}
    assert ran_again([STEPS[0].model_copy(update={"params": {"modulus": 4}}), *STEPS[1:]]) == everything
    assert ran_again(STEPS, ROWS[:-1]) == everything
    assert ran_again(STEPS, seed=1) == everything
    serves = [step.model_copy(update={"serves": ["criterion-1"]}) for step in STEPS]
    assert ran_again(serves, seed=1) == set()


def test_a_branch_is_run_once_and_read_twice(run: Any) -> None:
    steps = [
        Step(id="a", operator="counted"),
        Step(id="b", operator="doubled", outputs={"rows": "twice"}),
        Step(id="c", operator="concat_tables", inputs={"first": "rows", "second": "twice"}),
    ]
    ran = run(steps, ROWS, operators=ALL)
    assert CALLS == {"counted": 20, "doubled": 12}
    assert len(ran.rows()) == 24


def test_a_leftover_of_a_broken_run_is_replaced(run: Any, tmp_path: Path) -> None:
    whole = run(STEPS, ROWS, operators=ALL, work=tmp_path / "work")
    for stage in whole.execution.stages:
        (stage.folder / "stage.json").unlink()
        (stage.folder.with_name(stage.folder.name + ".partial")).mkdir()
    again = run(STEPS, ROWS, operators=ALL, work=tmp_path / "work")
    assert again.rows() == whole.rows()
    assert not [*(tmp_path / "work").rglob("*.partial")]


def test_an_interrupted_stage_leaves_nothing_behind(run: Any, tmp_path: Path) -> None:
    @operator(kind="refine", phase="repair", example=EXAMPLE)
    def interrupted(n: int) -> int:
        """Stops as if Ctrl-C were pressed."""
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(
            [*STEPS[:2], Step(id="x", operator="interrupted")], ROWS, operators=[*ALL, interrupted], work=tmp_path / "w"
        )
    assert len([*(tmp_path / "w" / "stages").iterdir()]) == 2


def test_a_step_that_loses_a_row_stops_the_run(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    add = StepAccount.add

    def losing(self: StepAccount, outcome: StepOutcome) -> None:
        add(self, outcome._replace(dropped=outcome.dropped[1:]))

    monkeypatch.setattr(StepAccount, "add", losing)
    with pytest.raises(LedgerImbalanceError, match="took 20 rows and accounts for 1"):
        run(STEPS, ROWS, operators=ALL, work=tmp_path / "work")
    assert not [*(tmp_path / "work" / "stages").iterdir()]


def test_rows_that_are_not_written_stop_the_run(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = LocalSegment.rows
    monkeypatch.setattr(LocalSegment, "rows", lambda self, batches: (row for row in [*rows(self, batches)][1:]))
    with pytest.raises(LedgerImbalanceError, match="gave 12 rows, and 10 were written"):
        run(STEPS, ROWS, operators=ALL)


def test_too_many_failing_rows_stop_the_run_before_the_next_stage(run: Any) -> None:
    steps = [*STEPS[:2], Step(id="a", operator="counted").model_copy(update={"id": "z"})]
    with pytest.raises(
        UserError, match=r"1 of 20 rows could not be processed.*step `a` \(counted\): ValueError: seven"
    ):
        run(steps, ROWS, operators=ALL, max_error_share=0.04)
    assert not CALLS["turned"]
    run(steps, ROWS, operators=ALL, max_error_share=0.05)


def test_failing_children_are_a_share_of_the_children(run: Any) -> None:
    rows = [{"n": [*range(10)]} for _ in range(3)]
    steps = [Step(id="x", operator="explode_list", bind={"value": "n"}), Step(id="a", operator="counted")]
    assert len(run(steps, rows, operators=ALL, max_error_share=0.1).rows()) == 15


def test_a_pipeline_is_locked_before_its_stages_are_named(run: Any, registry_of: Any, tmp_path: Path) -> None:
    run(STEPS, ROWS, operators=ALL, work=tmp_path / "work")
    locked = Pipeline(steps=STEPS).locked(registry_of(*ALL))
    CALLS.clear()
    run(locked, ROWS, operators=ALL, work=tmp_path / "work")
    assert not CALLS


def test_an_invalid_pipeline_does_not_start(run: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot run.*`text`.*`n`"):
        run([Step(id="a", operator="sort_by_length")], [{"n": 1}], work=tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_progress_counts_what_went_in_and_what_became_of_it(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_progress, "_SECONDS", -1)
    ran = run([Step(id="a", operator="counted")], ROWS, operators=ALL, batch_rows=8)
    told = [event for event in ran.events if isinstance(event, Progress)]
    assert list(dict.fromkeys(event.rows for event in told)) == [8, 16, 20]
    assert told[-1] == Progress(rows=20, total=20, kept=12, dropped={"multiple_of_3": 7}, quarantined=1)


def test_a_stage_that_is_soon_over_tells_no_progress(run: Any) -> None:
    ran = run([Step(id="a", operator="counted")], ROWS, operators=ALL, batch_rows=8)
    assert not [event for event in ran.events if isinstance(event, Progress)]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_an_error_for_the_person(run: Any, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(*_: object) -> None:
        raise OSError(number, "full")

    monkeypatch.setattr(stage_runner.StageWriter, "commit", full)
    with pytest.raises(UserError, match=r"no space left to write .* same command again"):
        run(STEPS, ROWS, operators=ALL)


def test_a_folder_that_may_not_be_written_is_an_error_for_the_person(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(path: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(UserError, match=r"may not be written.*Choose another place"):
        run(STEPS, ROWS, operators=ALL, work=tmp_path / "work")


def test_a_file_that_an_operator_may_not_read_is_not_blamed_on_the_folder(run: Any) -> None:
    @dataset_operator(name="reads_a_file", kind="refine", phase="order", example=EXAMPLE)
    class ReadsAFile(SelectionOperator):
        """Reads a file that is not for it."""

        def select(self, rows: Table, context: Context) -> Selection:
            raise PermissionError(errno.EACCES, "Permission denied", "/etc/shadow")

    with pytest.raises(PermissionError):
        run([Step(id="r", operator="reads_a_file")], ROWS, operators=[ReadsAFile])


def test_several_outputs_get_a_folder_each(run: Any, tmp_path: Path) -> None:
    pipeline = Pipeline(
        steps=[Step(id="a", operator="counted", outputs={"rows": "some"})],
        outputs=[OutputTable(format="jsonl"), OutputTable(table="some")],
    )
    files = run(pipeline, ROWS, operators=ALL).files(tmp_path)
    assert {"dataset/rows/data/train-00000-of-00001.jsonl", "dataset/some/data/train-00000-of-00001.parquet"} <= set(
        files
    )
    assert {"lineage-rows.parquet", "lineage-some.parquet"} <= set(files)
