"""Steps that wait for models: in flight together, in order, stopped together, and never asked twice."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpusmith.engine.context import Context
from corpusmith.engine.declare import operator
from corpusmith.engine.errors import BudgetReachedError, RowError
from corpusmith.engine.operator import Drop, Example
from corpusmith.engine.pipeline import Pipeline, Step

EXAMPLE = Example(rows=[], becomes=[])
ASKED: Counter[str] = Counter()
BUDGET: list[int] = []
WAITING: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    ASKED.clear()
    WAITING.clear()
    BUDGET[:] = [10**9]


def ask(step: str, text: str) -> None:
    if ASKED.total() >= BUDGET[0]:
        raise BudgetReachedError("No more calls.")
    ASKED[f"{step} {text}"] += 1


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def model_reply(text: str, *, context: Context) -> str:
    """Repeats the text."""
    ask(context.step, text)
    await asyncio.sleep(0)
    if text == "bad":
        raise RowError("no answer")
    return text + "."


@operator(kind="filter", phase="filter", example=EXAMPLE)
async def model_filter(text: str, *, context: Context) -> Drop | None:
    """Drops what ends with 3."""
    ask(context.step, text)
    return Drop("three") if text.endswith("3.") else None


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, writes={"pair": "list", "score": "number"})
async def model_pair(text: str, *, context: Context) -> tuple[list[str], float]:
    """Two columns at once."""
    ask(context.step, text)
    return [text, "é"], float("nan") if text == "n" else 0.1


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, reads={"text": "text"}, writes={"size": "integer"})
async def model_frame(frame: pl.DataFrame, *, context: Context) -> pl.DataFrame:
    """Lengths, a frame at a time."""
    ask(context.step, f"{frame.height}")
    return frame.with_columns(size=pl.col("text").str.len_chars().cast(pl.Int64))


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def last_first(text: str) -> str:
    """Answers only when the next row has been answered; the last one at once."""
    number = int(text)
    if number < WAITING["last"]:
        await WAITING.setdefault(f"e{number + 1}", asyncio.Event()).wait()
    WAITING.setdefault(f"e{number}", asyncio.Event()).set()
    return text


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def first_stage(text: str) -> str:
    """Waits until the stage after it has seen the first row."""
    if text != "0":
        await asyncio.to_thread(WAITING["seen"].wait, 60)
    return text


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def second_stage(text: str) -> str:
    """Notes that it has seen a row."""
    WAITING["seen"].set()
    return text


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def stuck_unless_first(text: str) -> str:
    """Ends the run at the first row, and never answers the others."""
    if text == "0":
        raise BudgetReachedError("No more calls.")
    try:
        await asyncio.Event().wait()
    finally:
        ASKED["ended"] += 1
    return text


ALL = [
    model_reply,
    model_filter,
    model_pair,
    model_frame,
    last_first,
    first_stage,
    second_stage,
    stuck_unless_first,
]


def numbered(count: int) -> list[dict[str, str]]:
    return [{"text": str(number)} for number in range(count)]


def step(name: str, id: str | None = None, **fields: Any) -> Step:
    return Step(id=id or name, operator=name, **fields)


def test_answers_that_come_in_reverse_are_given_back_in_order(run: Any) -> None:
    WAITING["last"] = 499
    ran = run([step("last_first")], numbered(500), operators=ALL, batch_rows=64)
    assert ran.rows() == numbered(500)


def test_model_steps_overlap(run: Any) -> None:
    WAITING["seen"] = threading.Event()
    rows = [{"text": "0"}] * 32 + numbered(40)[1:]
    assert len(run([step("first_stage"), step("second_stage")], rows, operators=ALL).rows()) == len(rows)


def test_an_error_that_stops_the_run_ends_all_that_is_in_flight(run: Any) -> None:
    with pytest.raises(BudgetReachedError, match="No more calls"):
        run([step("stuck_unless_first")], numbered(300), operators=ALL)
    assert 0 < ASKED["ended"] < 300
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("models", "operators"))]


STEPS = [step("model_reply"), step("model_filter"), step("model_pair", bind={"text": "text"}), step("model_frame")]


def test_a_stopped_stage_asks_nothing_twice_and_ends_as_one_that_was_not_stopped(run: Any, tmp_path: Path) -> None:
    rows = [*numbered(150), {"text": "bad"}, {"text": "7"}, {"text": "n"}]
    whole = run(STEPS, rows, operators=ALL)
    asked = Counter(ASKED)
    assert asked["model_reply 7"] == 1, "one question for two equal rows"
    ASKED.clear()
    total = 0
    for budget in (40, 130, 131, 60):
        total += budget
        BUDGET[0] = total
        with pytest.raises(BudgetReachedError):
            run(STEPS, rows, operators=ALL, work=tmp_path / "work", batch_rows=budget)
        total = ASKED.total()
    BUDGET[0] = 10**9
    again = run(STEPS, rows, operators=ALL, work=tmp_path / "work")
    assert again.files(tmp_path / "again") == whole.files(tmp_path / "whole")
    kept = {
        question: times for question, times in ASKED.items() if "model_frame" not in question and "bad" not in question
    }
    assert kept == {question: asked[question] for question in kept}
    assert set(kept.values()) == {1}
    assert not [*(tmp_path / "work").glob("journals/*")]


def test_a_journal_serves_only_the_step_that_asked(run: Any, tmp_path: Path) -> None:
    BUDGET[0] = 20
    work = tmp_path / "work"
    with pytest.raises(BudgetReachedError):
        run(Pipeline(steps=STEPS[:1]), numbered(50), operators=ALL, work=work)
    BUDGET[0] = 10**9
    run(Pipeline(steps=STEPS[:1], seed=1), numbered(50), operators=ALL, work=work)
    assert ASKED.total() == 70
