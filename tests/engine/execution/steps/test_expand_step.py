"""Operators that make several rows of one."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.engine.declare import operator
from corpusmith.engine.execution.steps import expand_step
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Step

EXAMPLE = Example(rows=[], becomes=[])
ROWS = [
    {"id": 1, "text": "a b c"},
    {"id": 2, "text": ""},
    {"id": 3, "text": None},
    {"id": 4, "text": "boom"},
    {"id": 5, "text": "d"},
    {"id": 6, "text": "wrong type"},
]


@operator(kind="refine", rows="expand", phase="ingest", example=EXAMPLE)
def words(text: str) -> list[Any]:
    """One row per word."""
    if text == "boom":
        raise OSError("no such text")
    return [1] if text == "wrong type" else text.split()


@operator(kind="refine", rows="expand", phase="ingest", example=EXAMPLE, writes={"word": "text", "place": "integer"})
def placed_words(text: str) -> list[tuple[str, int]]:
    """One row per word, with its place."""
    return [(word, place) for place, word in enumerate(text.split())]


@operator(kind="refine", rows="expand", phase="ingest", example=EXAMPLE)
def odd_children(value: Any) -> Any:
    """Gives its value back."""
    return "abc" if value == "text" else {"a": 1} if value == "dict" else 3


def test_children_are_numbered_and_repeat_the_other_columns(run: Any) -> None:
    ran = run([Step(id="w", operator="words")], ROWS, operators=[words])
    assert [(row["id"], row["text"]) for row in ran.rows()] == [(1, "a"), (1, "b"), (1, "c"), (5, "d")]
    assert ran.ids() == ["rows:memory:1/1", "rows:memory:1/2", "rows:memory:1/3", "rows:memory:5/1"]
    assert ran.dropped("w") == [("rows:memory:2", "no_children"), ("rows:memory:3", "no_children")]
    assert ran.quarantined("w")["rows:memory:4"] == "OSError: no such text"
    assert "does not fit" in ran.quarantined("w")["rows:memory:6"]
    ledger = ran.ledger("w")
    assert (ledger.rows_in, ledger.parents, ledger.rows_out, ledger.quarantined) == (6, 2, 4, 2)


def test_children_of_children_append_to_the_identity_and_know_their_origin(run: Any) -> None:
    steps = [
        Step(id="lists", operator="explode_list", bind={"value": "texts"}, write={"value": "text"}),
        Step(id="words", operator="words"),
    ]
    ran = run(steps, [{"texts": ["a b", "c"]}, {"texts": []}], operators=[words])
    assert ran.ids() == ["rows:memory:1/1/1", "rows:memory:1/1/2", "rows:memory:1/2/1"]
    assert ran.execution.origins_of("rows:memory:1/2/1") == ["rows:memory:1"]
    assert [row["texts"] for row in ran.rows()] == [["a b", "c"]] * 3


def test_a_child_may_have_several_new_values(run: Any) -> None:
    ran = run([Step(id="w", operator="placed_words")], ROWS[:2], operators=[placed_words])
    assert [(row["word"], row["place"], row["text"]) for row in ran.rows()] == [
        ("a", 0, "a b c"),
        ("b", 1, "a b c"),
        ("c", 2, "a b c"),
    ]


def test_elements_of_a_list_keep_their_type(run: Any) -> None:
    rows = [{"value": [{"role": "user", "turns": [1, 2]}]}, {"value": [{"role": "bot", "turns": None}]}]
    ran = run([Step(id="e", operator="explode_list")], rows)
    assert [row["value"] for row in ran.rows()] == [row["value"][0] for row in rows]


@pytest.mark.parametrize("value", ["text", "dict", "number"])
def test_an_answer_that_is_no_list_quarantines_the_row(run: Any, value: str) -> None:
    ran = run([Step(id="odd", operator="odd_children")], [{"value": value}], operators=[odd_children])
    assert ran.rows() == []
    assert "returns a list" in ran.quarantined("odd")["rows:memory:1"]


@pytest.mark.parametrize("most", [1, 2, 5])
def test_pieces_of_any_size_give_the_same_rows(run: Any, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    whole = run([Step(id="w", operator="words")], ROWS, operators=[words])
    monkeypatch.setattr(expand_step, "_MAX_ROWS", most)
    pieces = run([Step(id="w", operator="words")], ROWS, operators=[words])
    assert (pieces.rows(), pieces.ids(), pieces.ledger("w")) == (whole.rows(), whole.ids(), whole.ledger("w"))


def test_long_repeated_columns_make_small_pieces(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expand_step, "_MAX_BYTES", 10_000)
    sizes: list[int] = []
    piece = expand_step.ExpandStep._piece

    def watched(*arguments: Any) -> Any:
        sizes.append((made := piece(*arguments)).batch.nbytes)
        return made

    monkeypatch.setattr(expand_step.ExpandStep, "_piece", watched)
    ran = run([Step(id="w", operator="placed_words")], [{"text": "w " * 500}], operators=[placed_words])
    assert len(ran.rows()) == 500
    assert max(sizes) < 15_000
