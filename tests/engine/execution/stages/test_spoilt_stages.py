"""Stages that something spoilt after they were made, and stages that two runs make at once: nothing half is ever used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.declare import operator
from corpusmith.engine.events import StepFinished
from corpusmith.engine.execution.stages.stage import Stage, StageWriter
from corpusmith.engine.execution.stages.work_folder import working
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Step

ROWS = [{"text": text, "n": n} for n, text in enumerate(("b", "a", None, "dd"))]
STEPS = [
    Step(id="sort", operator="sort_rows", params={"by": ["text"]}),
    Step(id="keep", operator="character_count_filter", params={"min": 1}),
    Step(id="order", operator="sort_rows", params={"by": ["n"]}),
]
SCHEMA = pa.schema([(ROW_ID, pa.string()), ("n", pa.int64())])
BATCH = pa.RecordBatch.from_pylist([{ROW_ID: "rows:x:1", "n": 1}], schema=SCHEMA)

DAMAGE: dict[str, Callable[[Path], Any]] = {
    "rows cut off": lambda stage: os.truncate(stage / "rows.arrow", (stage / "rows.arrow").stat().st_size - 9),
    "rows empty": lambda stage: (stage / "rows.arrow").write_bytes(b""),
    "rows zeroed": lambda stage: (stage / "rows.arrow").write_bytes(bytes((stage / "rows.arrow").stat().st_size)),
    "rows gone": lambda stage: (stage / "rows.arrow").unlink(),
    "account empty": lambda stage: (stage / "stage.json").write_bytes(b""),
    "account cut off": lambda stage: (stage / "stage.json").write_bytes((stage / "stage.json").read_bytes()[:-9]),
    "account of another kind": lambda stage: (stage / "stage.json").write_bytes(b"[1]"),
    "a log gone": lambda stage: (stage / "000.dropped.jsonl").unlink(),
    "a log cut off": lambda stage: os.truncate(stage / "000.dropped.jsonl", 3),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_spoilt_stage_is_made_again_and_the_others_are_used(run: Any, tmp_path: Path, damage: str) -> None:
    whole = run(STEPS, ROWS, work=tmp_path / "work")
    expected = whole.files(tmp_path / "whole")
    DAMAGE[damage](whole.execution.stage_of("keep")._stages[0].folder)
    again = run(STEPS, ROWS, work=tmp_path / "work")
    assert again.files(tmp_path / "again") == expected
    reused = [event.step for event in again.events if isinstance(event, StepFinished) and event.reused]
    assert reused == ["sort", "order"]


def test_two_runs_may_make_the_same_stage_at_once(tmp_path: Path) -> None:
    def begun() -> StageWriter:
        writer = StageWriter(tmp_path / "stage", [])
        writer.table("rows", SCHEMA).write(BATCH)
        return writer

    with begun() as one, begun() as other:
        first = one.commit()
        kept = first.table("rows").path.stat().st_ino
        second = other.commit()
        assert [*second.table("rows").full_batches()] == [BATCH]
        assert second.table("rows").path.stat().st_ino == kept, "the first may be in use already"
    assert [path.name for path in tmp_path.iterdir()] == ["stage"]
    assert Stage.find(tmp_path / "stage") is not None


HOLDING = """
import sys
from pathlib import Path
from corpusmith.engine.execution.stages.work_folder import working
with working(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_run_began_is_removed_but_nothing_that_another_may_be_at(tmp_path: Path) -> None:
    begun = tmp_path / "stages" / "name.0a.partial"
    begun.mkdir(parents=True)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLDING, str(tmp_path)], **pipes) as other:  # type: ignore[call-overload]
        assert other.stdout.readline() == b"held\n"
        assert not begun.exists()
        begun.mkdir()
        with working(tmp_path):
            assert begun.exists()


def test_an_operator_that_changes_the_folder_moves_no_output(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @operator(kind="refine", phase="repair", example=Example(rows=[], becomes=[]))
    def wandering(text: str) -> str:
        """Goes elsewhere."""
        os.chdir(tmp_path.anchor)
        return text

    monkeypatch.chdir(tmp_path)
    ran = run([Step(id="s", operator="wandering"), *STEPS], ROWS, operators=[wandering], work=Path("work"))
    assert len(ran.rows()) == 3
    assert Path("work").is_dir()
    assert Path.cwd() == tmp_path
