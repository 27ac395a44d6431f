"""Operators that do what no operator should: their row is quarantined, all others go on, and two runs say the same of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Drop, Example
from corpusmith.engine.pipeline import Step

EXAMPLE = Example(rows=[], becomes=[])
ROWS = [{"text": text} for text in ("a", "bad", "c", "d", "bad")]


class UnspeakableError(Exception):
    """An error, and an answer, without words."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class Panic(BaseException):
    """What compiled libraries raise when they panic."""


LIES: dict[str, Callable[[], Any]] = {
    "leave": sys.exit,
    "panic": lambda: _raise(Panic("of a library")),
    "end": lambda: _raise(GeneratorExit()),
    "out of memory": lambda: _raise(MemoryError()),
    "unspeakable": lambda: _raise(UnspeakableError()),
    "no unicode": lambda: _raise(ValueError("\ud800")),
    "an object": lambda: _raise(ValueError(object())),
    "gives an object": object,
    "gives a generator": lambda: (one for one in "abc"),
    "gives the unspeakable": UnspeakableError,
    "gives no unicode": lambda: "\ud800",
}
LIE: list[Callable[[], Any]] = []


def _raise(error: BaseException) -> None:
    raise error


@operator(kind="refine", phase="repair", example=EXAMPLE)
def lying(text: str) -> str:
    """Lies over `bad`."""
    return LIE[0]() if text == "bad" else text


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def lying_later(text: str) -> str:
    """Lies over `bad`, asynchronously."""
    return LIE[0]() if text == "bad" else text


@operator(kind="refine", phase="ingest", rows="expand", example=EXAMPLE)
def lying_children(text: str) -> list[str]:
    """Lies over `bad` instead of making children."""
    return LIE[0]() if text == "bad" else [text]


@operator(kind="filter", phase="filter", example=EXAMPLE)
def lying_filter(text: str) -> Drop | None:
    """Lies over `bad` instead of keeping or dropping it."""
    return LIE[0]() if text == "bad" else None


@operator(kind="refine", phase="repair", example=EXAMPLE, reads={"text": "text"}, writes={"text": "text"})
def lying_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Lies over a frame with `bad` in it."""
    return LIE[0]() if "bad" in frame["text"] else frame


@operator(kind="filter", phase="filter", example=EXAMPLE)
def nameless(text: str) -> Drop | None:
    """Drops for a reason that is no Unicode."""
    return Drop("\ud800") if text == "bad" else None


OPERATORS: list[Any] = [lying, lying_later, lying_children, lying_filter, lying_frame, nameless]


@pytest.mark.parametrize("name", [subject.__name__ for subject in OPERATORS[:-1]])
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_costs_its_row_alone_and_is_worded_alike_in_every_run(run: Any, name: str, lie: str) -> None:
    LIE[:] = [LIES[lie]]
    ran, again = (run([Step(id="s", operator=name)], ROWS, operators=OPERATORS, batch_rows=n) for n in (2, 5))
    assert [row["text"] for row in ran.rows()] == ["a", "c", "d"]
    assert len(ran.quarantined("s")) == 2
    assert ran.quarantined("s") == again.quarantined("s")
    assert not any("0x" in error for error in ran.quarantined("s").values())


@pytest.mark.parametrize("name", ["lying_later"])
def test_an_asynchronous_operator_cannot_end_the_loop_that_all_wait_for(run: Any, name: str) -> None:
    LIE[:] = [lambda: _raise(KeyboardInterrupt())]
    ran = run([Step(id="s", operator=name)], ROWS, operators=OPERATORS)
    assert set(ran.quarantined("s").values()) == {"RuntimeError: the operator raised KeyboardInterrupt"}


def test_the_interrupt_of_a_person_stops_the_run(run: Any) -> None:
    LIE[:] = [lambda: _raise(KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        run([Step(id="s", operator="lying")], ROWS, operators=OPERATORS)


def test_a_reason_that_is_no_unicode_is_kept_as_far_as_it_goes(run: Any) -> None:
    ran = run([Step(id="s", operator="nameless")], ROWS, operators=OPERATORS)
    assert [reason for _, reason in ran.dropped("s")] == ["?", "?"]
    assert ran.ledger("s").dropped == {"?": 2}


def test_an_operator_that_ends_the_program_ends_no_worker(run: Any, operators_of_rows: list[Any]) -> None:
    rows = [{"text": text} for text in ("a", "kill", "b")]
    ran = run([Step(id="s", operator="leaves")], rows, operators=operators_of_rows, workers=2)
    assert [row["text"] for row in ran.rows()] == ["a", "b"]
    assert [*ran.quarantined("s").values()] == ["SystemExit: 0"]
