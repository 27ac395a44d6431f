"""Frame-form operators over pandas, polars and Arrow."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from corpusmith.engine.columns import ROW_ID, Columns
from corpusmith.engine.context import Context
from corpusmith.engine.declare import operator
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import Step

EXAMPLE = Example(rows=[], becomes=[])
ROWS = [{"id": n, "text": text} for n, text in enumerate(["a", "bb", None, "boom", "ee", "f"])]
READS: Columns = {"text": "text"}
SIZE: Columns = {"size": "integer"}


def refuse_boom(texts: Any) -> None:
    if any(isinstance(text, str) and text == "boom" for text in texts):
        raise ValueError("boom is here")


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, reads=READS, writes=SIZE)
def pandas_size(frame: pd.DataFrame) -> pd.DataFrame:
    """Length of the text."""
    refuse_boom(frame["text"])
    return frame.assign(size=frame["text"].str.len())


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, reads=READS, writes=SIZE)
def polars_size(frame: pl.DataFrame) -> pl.DataFrame:
    """Length of the text."""
    refuse_boom(frame["text"])
    return frame.select(pl.col("text").str.len_chars().alias("size"))


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, reads=READS, writes=SIZE)
def arrow_size(frame: pa.Table) -> pa.Table:
    """Length of the text."""
    refuse_boom(frame["text"].to_pylist())
    return pa.table({"size": pc.utf8_length(frame["text"])})


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, reads=READS, writes=SIZE)
async def async_size(frame: pa.Table, *, context: Context) -> pa.Table:
    """Length of the text."""
    refuse_boom(frame["text"].to_pylist())
    return pa.table({"size": pc.utf8_length(frame["text"])})


@operator(kind="refine", phase="repair", example=EXAMPLE, reads=READS)
def polars_upper(frame: pl.DataFrame, *, mark: str = "!") -> pl.DataFrame:
    """Upper case with a mark."""
    return frame.select(pl.col("text").str.to_uppercase() + mark)


@operator(kind="filter", phase="filter", example=EXAMPLE, reads=READS)
def pandas_filter(frame: pd.DataFrame) -> pd.Series:
    """Drops long texts."""
    refuse_boom(frame["text"])
    return frame["text"].map(lambda text: "long" if isinstance(text, str) and len(text) > 1 else None)


@operator(kind="filter", phase="filter", example=EXAMPLE, reads=READS)
def polars_filter(frame: pl.DataFrame) -> pl.Series:
    """Drops long texts."""
    refuse_boom(frame["text"])
    return frame.select(pl.when(pl.col("text").str.len_chars() > 1).then(pl.lit("long")))["literal"]


@operator(kind="filter", phase="filter", example=EXAMPLE, reads=READS)
def arrow_filter(frame: pa.Table) -> pa.ChunkedArray:
    """Drops long texts."""
    refuse_boom(frame["text"].to_pylist())
    return pc.if_else(pc.greater(pc.utf8_length(frame["text"]), 1), pa.scalar("long"), pa.scalar(None, pa.string()))


ANSWERS: dict[str, Any] = {}


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, reads=READS, writes=SIZE)
def odd_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Whatever the test wants."""
    return ANSWERS["frame"](frame)  # type: ignore[no-any-return]


@operator(kind="filter", phase="filter", example=EXAMPLE, reads=READS)
def odd_filter(frame: pd.DataFrame) -> Any:
    """Whatever the test wants."""
    return ANSWERS["frame"](frame)


@operator(kind="refine", phase="shape", example=EXAMPLE, reads="*", schema_rule=lambda before, params: before)
def odd_whole(frame: pa.Table) -> pa.Table:
    """Whatever the test wants."""
    return ANSWERS["frame"](frame)


@pytest.mark.parametrize("measure", [pandas_size, polars_size, arrow_size, async_size], ids=lambda op: op.__name__)
@pytest.mark.parametrize("batch_rows", [1, 4, 100])
def test_a_frame_operator_measures_and_only_its_bad_row_is_quarantined(run: Any, measure: Any, batch_rows: int) -> None:
    steps = [Step(id="s", operator=measure.__name__)]
    ran = run(steps, ROWS, operators=[measure], batch_rows=batch_rows)
    assert [row["size"] for row in ran.rows()] == [1, 2, None, 2, 1]
    assert ran.execution.tables["rows"].schema.field("size").type == pa.int64()
    assert ran.quarantined("s") == {"rows:memory:4": "ValueError: boom is here"}


@pytest.mark.parametrize("keep", [pandas_filter, polars_filter, arrow_filter], ids=lambda op: op.__name__)
@pytest.mark.parametrize("batch_rows", [1, 4, 100])
def test_a_frame_filter_gives_a_reason_per_row(run: Any, keep: Any, batch_rows: int) -> None:
    ran = run([Step(id="s", operator=keep.__name__)], ROWS, operators=[keep], batch_rows=batch_rows)
    assert [row["text"] for row in ran.rows()] == ["a", None, "f"]
    assert ran.dropped("s") == [("rows:memory:2", "long"), ("rows:memory:5", "long")]
    assert [*ran.quarantined("s")] == ["rows:memory:4"]


def test_bindings_rename_columns_on_the_way_in_and_out(run: Any) -> None:
    rows = [{"body": "a", "text": "untouched"}]
    steps = [
        Step(id="u", operator="polars_upper", bind={"text": "body"}, params={"mark": "?"}),
        Step(id="m", operator="arrow_size", bind={"text": "body"}, write={"size": "n"}),
    ]
    assert run(steps, rows, operators=[polars_upper, arrow_size]).rows() == [
        {"body": "A?", "text": "untouched", "n": 2}
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda frame: frame.iloc[:0], "0 rows for"),
        (lambda frame: frame.assign(size="x"), "declared as integer, and the operator gave text"),
        (lambda frame: frame.assign(size=1.5), "truncated"),
        (lambda frame: frame, "no column `size`"),
        (lambda frame: 3, "gave a int"),
        (lambda frame: pl.DataFrame({"size": [1] * len(frame)}), "gave a DataFrame where a pandas table"),
    ],
)
def test_a_wrong_frame_quarantines_its_rows(run: Any, answer: Any, error: str) -> None:
    ANSWERS["frame"] = answer
    ran = run([Step(id="s", operator="odd_frame")], ROWS, operators=[odd_frame])
    assert ran.rows() == []
    assert all(error in text for text in ran.quarantined("s").values())


def test_rows_in_another_order_are_noticed(run: Any) -> None:
    ANSWERS["frame"] = lambda frame: frame.assign(size=range(len(frame))).iloc[::-1]
    ran = run([Step(id="s", operator="odd_frame")], ROWS[:3], operators=[odd_frame])
    assert [row["size"] for row in ran.rows()] == [0, 0, 0], "row by row there is no other order"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda frame: [True] * len(frame), "not True"),
        (lambda frame: frame, "not a frame"),
        (lambda frame: [], "0 reasons for"),
        (lambda frame: 3, "TypeError"),
    ],
)
def test_a_wrong_answer_of_a_filter_keeps_no_row(run: Any, answer: Any, error: str) -> None:
    ANSWERS["frame"] = answer
    ran = run([Step(id="s", operator="odd_filter")], ROWS, operators=[odd_filter])
    assert ran.rows() == []
    assert all(error in text for text in ran.quarantined("s").values())


def test_operators_over_all_columns_choose_drop_and_rename_them(run: Any) -> None:
    steps = [
        Step(id="measure", operator="arrow_size"),
        Step(id="rename", operator="rename_columns", params={"mapping": {"text": "body", "size": "n"}}),
        Step(id="drop", operator="drop_columns", params={"columns": ["id"]}),
        Step(id="select", operator="select_columns", params={"columns": ["n", "body"]}),
        Step(id="upper", operator="polars_upper", bind={"text": "body"}),
    ]
    ran = run(steps, ROWS[:2], operators=[arrow_size, polars_upper])
    assert [*map(repr, ran.rows())] == ["{'n': 1, 'body': 'A!'}", "{'n': 2, 'body': 'BB!'}"]
    assert ran.ids() == ["rows:memory:1", "rows:memory:2"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda frame: frame.append_column(ROW_ID, frame["text"]),
        lambda frame: frame.append_column("text", frame["text"]),
        lambda frame: 1 / 0,
    ],
)
def test_an_operator_whose_columns_cannot_be_found_out_stops_the_run(run: Any, answer: Any) -> None:
    ANSWERS["frame"] = answer
    with pytest.raises(UserError, match="Step `s` cannot be prepared"):
        run([Step(id="s", operator="odd_whole")], ROWS, operators=[odd_whole])


def test_columns_that_depend_on_the_rows_quarantine_those_that_differ(run: Any) -> None:
    def by_row(frame: pa.Table) -> pa.Table:
        return frame.append_column("extra", frame["id"]) if "bb" in frame["text"].to_pylist() else frame

    ANSWERS["frame"] = by_row
    ran = run([Step(id="s", operator="odd_whole")], ROWS, operators=[odd_whole])
    assert [row["id"] for row in ran.rows()] == [0, 2, 3, 4, 5]
    assert "unlike for other rows" in ran.quarantined("s")["rows:memory:2"]


def test_a_frame_operator_cannot_be_declared_to_expand() -> None:
    def expand(frame: pl.DataFrame) -> pl.DataFrame:
        """Two rows of one."""
        return frame

    with pytest.raises(TypeError, match="cannot expand rows"):
        operator(kind="refine", rows="expand", phase="ingest", example=EXAMPLE, reads=READS)(expand)
