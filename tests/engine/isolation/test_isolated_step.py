"""Steps behind a wall: the same rows as in process, and no row lost to a worker that dies, hangs or lies."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.engine.execution.segments.coroutines import Coroutines
from corpusmith.engine.execution.steps.outcome import StepOutcome
from corpusmith.engine.execution.steps.row_steps import row_step_of
from corpusmith.engine.isolation.isolated_step import IsolatedStep
from corpusmith.engine.isolation.isolated_worker import Caps, learn
from corpusmith.engine.isolation.plain_wall import PlainProcess, PlainWall
from corpusmith.engine.isolation.worker import load
from corpusmith.engine.pipeline import Step

HEAD = """
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Drop, Example
import os, time
EXAMPLE = Example(rows=[], becomes=[])
"""
SHOUT = (
    HEAD
    + '''
@operator(kind="refine", phase="repair", example=EXAMPLE)
def shout(text: str, *, mark: str = "!") -> str:
    """Shouts."""
    if text == "die": os._exit(3)
    if text == "hang": time.sleep(60)
    if text == "fail": raise ValueError("no")
    return text.upper() + mark
'''
)
SHORT = (
    HEAD
    + '''
@operator(kind="filter", phase="filter", example=EXAMPLE)
def short(text: str, *, most: int = 3) -> Drop | None:
    """Keeps the short."""
    return Drop("too_long") if len(text) > most else None
'''
)
LETTERS = (
    HEAD
    + '''
@operator(kind="refine", rows="expand", phase="generate", example=EXAMPLE)
def letters(text: str) -> list[str]:
    """Takes apart."""
    return list(text)
'''
)
SEEN = (
    HEAD
    + '''
import polars as pl
@operator(kind="refine", phase="repair", reads={"text": "text"}, writes={"text": "text"}, example=EXAMPLE)
def seen(frame: pl.DataFrame) -> pl.DataFrame:
    """Writes down which columns there are."""
    return frame.with_columns(text=pl.lit(",".join(frame.columns)))
'''
)


class Isolation:
    """A sandbox that contains nothing, for what surrounds it."""

    def __init__(self, wall: Any) -> None:
        self.wall = wall


class ScriptWall(PlainWall):
    """Starts a script in the worker's place."""

    def __init__(self, path: Path, script: str) -> None:
        self._path = path / "worker.py"
        self._path.write_text(textwrap.dedent(script))

    def start(self, module: str, read: int, write: int) -> PlainProcess:
        """Start the script with the worker's pipes."""
        command = [sys.executable, str(self._path), str(read), str(write)]
        return PlainProcess(
            subprocess.Popen(command, pass_fds=(read, write), stderr=subprocess.DEVNULL, start_new_session=True)
        )


def batch_of(texts: list[str | None]) -> pa.RecordBatch:
    ids = [f"rows:a.jsonl:{number}" for number in range(1, len(texts) + 1)]
    return pa.RecordBatch.from_pydict({ROW_ID: ids, "text": pa.array(texts, pa.string()), "secret": ["s"] * len(texts)})


def isolated(
    source: str, batch: pa.RecordBatch, wall: Any = None, caps: Caps | None = None, **params: Any
) -> IsolatedStep:
    operator = learn(source, PlainWall()).operator()
    context = Context(step="one", services={"sandbox": Isolation(wall or PlainWall())})
    step = Step(id="one", operator=operator.name, params=params)
    return IsolatedStep(step, operator, batch.schema, context, caps)


def together(
    outcomes: Iterator[StepOutcome],
) -> tuple[list[dict[str, Any]], list[tuple[str, str]], list[tuple[str, str]], int]:
    found = list(outcomes)
    rows = [row for outcome in found for row in outcome.batch.to_pylist()]
    dropped = [one for outcome in found for one in outcome.dropped]
    quarantined = [one for outcome in found for one in outcome.quarantined]
    return rows, dropped, quarantined, sum(outcome.parents for outcome in found)


@pytest.mark.parametrize("source", [SHOUT, SHORT, LETTERS])
def test_rows_come_out_as_in_process(source: str) -> None:
    batch = batch_of(["a", "lange", None, "", "fail", "é😀"])
    operator = load(source)
    with Coroutines() as loop:
        direct = row_step_of(
            Step(id="one", operator=operator.name), operator, operator.params(), batch.schema, Context(step="one"), loop
        )
        step = isolated(source, batch)
        assert step.schema == direct.schema
        assert together(step.apply(batch)) == together(direct.apply(batch))
    step.close()


def test_parameters_reach_the_code_and_are_held_to_its_declaration() -> None:
    batch = batch_of(["a"])
    step = isolated(SHOUT, batch, mark="?")
    assert together(step.apply(batch))[0][0]["text"] == "A?"
    operator = step._operator
    with pytest.raises(ValueError, match="mark"):
        operator.params.model_validate({"mark": 7})
    with pytest.raises(ValueError, match="loud"):
        operator.params.model_validate({"loud": True})
    step.close()


def test_the_worker_sees_the_columns_that_are_read_and_no_others() -> None:
    batch = batch_of(["a"])
    step = isolated(SEEN, batch)
    (row,) = together(step.apply(batch))[0]
    assert row == {ROW_ID: "rows:a.jsonl:1", "text": "text", "secret": "s"}
    step.close()


def test_code_is_never_loaded_in_our_process() -> None:
    source = (
        HEAD
        + '''
os.environ["CORPUSMITH_LOADED"] = "yes"
@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def process(text: str) -> int:
    """The process."""
    return os.getpid()
'''
    )
    batch = batch_of(["a"])
    step = isolated(source, batch)
    assert together(step.apply(batch))[0][0]["process"] != os.getpid()
    assert "CORPUSMITH_LOADED" not in os.environ
    step.close()


def test_a_row_that_kills_its_worker_is_quarantined_and_no_other() -> None:
    batch = batch_of(["a", "b", "die", "c", "d"])
    step = isolated(SHOUT, batch)
    rows, _, quarantined, parents = together(step.apply(batch))
    assert [row["text"] for row in rows] == ["A!", "B!", "C!", "D!"]
    assert parents == 4
    assert [row for row, _ in quarantined] == ["rows:a.jsonl:3"]
    assert "ended with code 3" in quarantined[0][1]
    step.close()


def test_a_row_over_which_the_worker_hangs_is_quarantined() -> None:
    batch = batch_of(["a", "hang"])
    step = isolated(SHOUT, batch, caps=Caps(batch_seconds=5.0))
    rows, _, quarantined, _ = together(step.apply(batch))
    assert [row["text"] for row in rows] == ["A!"]
    assert "took too long" in quarantined[0][1]
    step.close()


def test_after_many_lost_workers_the_rest_of_a_batch_is_set_aside() -> None:
    batch = batch_of(["die"] * 40)
    step = isolated(SHOUT, batch)
    rows, _, quarantined, _ = together(step.apply(batch))
    assert rows == []
    assert sorted(row for row, _ in quarantined) == sorted(batch.column(ROW_ID).to_pylist())
    assert any("not tried" in error for _, error in quarantined)
    step.close()


LIAR = """
import sys, json, pyarrow as pa
from corpusmith.engine.isolation.frames import receive_frame, send_frame
from corpusmith.engine.isolation.worker import load
from corpusmith.engine.isolation.code import Declaration
read, write = int(sys.argv[1]), int(sys.argv[2])
operator = load(json.loads(receive_frame(read))["source"])
send_frame(write, Declaration.of(operator).model_dump_json().encode())
receive_frame(read)
schema = pa.ipc.read_schema(pa.py_buffer(receive_frame(read)))
send_frame(write, schema.serialize().to_pybytes())
while (content := receive_frame(read)) is not None:
    table = pa.ipc.open_stream(content).read_all()
    ends, names = {{"dropped": [], "quarantined": []}}, table.schema.names
    {lie}
    send_frame(write, json.dumps(ends).encode())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    send_frame(write, sink.getvalue().to_pybytes())
"""


@pytest.mark.parametrize(
    "lie",
    [
        "table = table.slice(1)",
        "table = pa.concat_tables([table, table])",
        "table = table.take([1, 0, 2]) if len(table) == 3 else table.slice(1)",
        'ends["dropped"] = [["0", "unwanted"]]; table = table.slice(1)',
        'ends["quarantined"] = [["7", "not there"]]',
        'ends = ["nothing"]',
        'table = table.set_column(0, names[0], pa.array(["9"] * len(table)))',
        'table = table.append_column("more", table.column(0))',
        'table = pa.table({names[0]: table.column(0), "text": pa.array([1] * len(table))})',
    ],
)
def test_a_worker_that_lies_loses_no_row(lie: str, tmp_path: Path) -> None:
    batch = batch_of(["a", "b", "c"])
    step = isolated(SHOUT, batch, ScriptWall(tmp_path, LIAR.format(lie=lie)))
    rows, dropped, quarantined, parents = together(step.apply(batch))
    assert (rows, dropped, parents) == ([], [], 0)
    assert sorted(row for row, _ in quarantined) == batch.column(ROW_ID).to_pylist()
    step.close()


def test_a_worker_that_answers_too_much_is_ended(tmp_path: Path) -> None:
    batch = batch_of(["a"])
    flood = LIAR.format(lie='table = table.set_column(1, "text", pa.array(["x" * 9_000_000]))')
    step = isolated(SHOUT, batch, ScriptWall(tmp_path, flood), Caps(answer_bytes=1_000_000))
    _, _, quarantined, _ = together(step.apply(batch))
    assert "1,000,000 are allowed" in quarantined[0][1]
    step.close()


@pytest.mark.parametrize(
    "source", ["import os; os._exit(1)", "x = 1", "not python", HEAD, SHOUT + SHORT.removeprefix(HEAD)]
)
def test_code_that_cannot_be_loaded_is_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(UserError, match="cannot be loaded in the sandbox"):
        learn(source, PlainWall())


def test_without_a_sandbox_the_step_is_refused() -> None:
    batch = batch_of(["a"])
    operator = learn(SHOUT, PlainWall()).operator()
    with pytest.raises(UserError, match="this run has no sandbox"):
        IsolatedStep(Step(id="one", operator="shout"), operator, batch.schema, Context(step="one"))


def test_a_step_that_is_forgotten_leaves_no_worker() -> None:
    batch = batch_of(["a"])
    step = isolated(SHOUT, batch)
    assert step._worker is not None
    process = step._worker._process
    assert process.ending(0) is None
    del step
    assert process.ending(0) is not None
