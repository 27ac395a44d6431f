"""Operators that see all rows to drop, order or annotate them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from corpusmith.engine.context import Context
from corpusmith.engine.declare import dataset_operator
from corpusmith.engine.errors import LedgerImbalanceError
from corpusmith.engine.execution.steps import external_order
from corpusmith.engine.operator import Example, Selection, SelectionOperator, Table
from corpusmith.engine.pipeline import Step

EXAMPLE = Example(rows=[], becomes=[])
ROWS = [{"text": text} for text in ["d", "a", None, "c", "b"]]
DECIDED: dict[str, Selection] = {}


@dataset_operator(name="decide", kind="filter", phase="select", example=EXAMPLE)
class Decide(SelectionOperator):
    """Whatever the test wants."""

    def select(self, rows: Table, context: Context) -> Selection:
        return DECIDED["selection"]


@dataset_operator(
    name="annotate", kind="evaluate", phase="annotate", example=EXAMPLE, reads={"text": "text"}, writes={"text": "text"}
)
class Annotate(SelectionOperator):
    """Writes each text with the number of rows, over itself."""

    def select(self, rows: Table, context: Context) -> Selection:
        assert rows.schema.names[0] == "text"
        texts = [text for batch in rows.batches(["text"]) for text in batch.column("text").to_pylist()]
        return Selection(writes={"text": pa.array([text and f"{text} of {len(texts)}" for text in texts])})


def decide(run: Any, **decided: Any) -> Any:
    DECIDED["selection"] = Selection(**decided)
    return run([Step(id="d", operator="decide")], ROWS, operators=[Decide])


def test_rows_are_dropped_with_a_reason_each_in_their_order(run: Any) -> None:
    ran = decide(run, drop={4: "late", 0: "early"})
    assert ran.ids() == ["rows:memory:2", "rows:memory:3", "rows:memory:4"]
    assert ran.dropped("d") == [("rows:memory:1", "early"), ("rows:memory:5", "late")]
    ledger = ran.ledger("d")
    assert (ledger.rows_in, ledger.parents, ledger.rows_out, dict(ledger.dropped)) == (5, 3, 3, {"early": 1, "late": 1})


def test_rows_are_ordered_dropped_and_annotated_at_once(run: Any) -> None:
    ran = decide(
        run, order=np.array([4, 1, 3]), drop={0: "d", 2: "null"}, writes={"n": pa.chunked_array([[0, 1], [2, 3, 4]])}
    )
    assert ran.rows() == [{"text": "b", "n": 4}, {"text": "a", "n": 1}, {"text": "c", "n": 3}]
    assert ran.ids() == ["rows:memory:5", "rows:memory:2", "rows:memory:4"]
    assert ran.dropped("d") == [("rows:memory:1", "d"), ("rows:memory:3", "null")]


@pytest.mark.parametrize("bytes_at_once", [1, 10_000])
def test_rows_are_fetched_in_pieces(run: Any, monkeypatch: pytest.MonkeyPatch, bytes_at_once: int) -> None:
    monkeypatch.setattr(external_order, "_BUCKET_BYTES", bytes_at_once)
    ran = decide(run, order=np.array([3, 2, 1, 0]), drop={4: "x"}, writes={"n": pa.array(range(5))})
    assert [row["n"] for row in ran.rows()] == [3, 2, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": np.array([0, 1, 2, 3])},
        {"order": np.array([0, 1, 2, 3, 3])},
        {"order": np.array([0, 1, 2, 3]), "drop": {3: "kept too"}},
        {"order": np.array([0, 1, 2, -1]), "drop": {3: "x"}},
        {"order": np.array([0, 1, 2, 5]), "drop": {3: "x"}},
        {"drop": {5: "no such row"}},
        {"drop": {-1: "no such row"}},
        {"writes": {"n": pa.array([1, 2, 3, 4])}},
        {"writes": {"n": pa.array(range(6))}},
        {"writes": {"__row_id__": pa.array(["x"] * 5)}},
    ],
)
def test_a_selection_that_does_not_decide_on_every_row_once_is_refused(run: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(LedgerImbalanceError):
        decide(run, **wrong)


def test_a_bound_column_is_read_and_written_under_its_own_name(run: Any) -> None:
    rows = [{"body": "a", "text": "untouched"}, {"body": None, "text": "too"}]
    steps = [
        Step(id="a", operator="annotate", bind={"text": "body"}),
        Step(id="b", operator="annotate", bind={"text": "body"}, write={"text": "label"}),
    ]
    assert run(steps, rows, operators=[Annotate]).rows() == [
        {"body": "a of 2", "text": "untouched", "label": "a of 2 of 2"},
        {"body": None, "text": "too", "label": None},
    ]


def test_row_local_steps_go_on_after_a_selection_in_the_new_order(run: Any) -> None:
    steps = [
        Step(id="require", operator="require_value", bind={"value": "text"}),
        Step(id="sort", operator="sort_rows", params={"by": ["text"]}),
        Step(id="upper", operator="change_case", params={"case": "upper"}),
        Step(id="first", operator="first_rows", params={"count": 2}),
    ]
    ran = run(steps, ROWS)
    assert [row["text"] for row in ran.rows()] == ["A", "B"]
    assert ran.ids() == ["rows:memory:2", "rows:memory:5"]
    assert [reason for _, reason in ran.dropped("first")] == ["beyond_limit"] * 2
