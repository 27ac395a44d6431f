from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.errors import UserError
from corpusmith.operator_library.core.exact_duplicates import ExactDuplicates

CELLS = st.fixed_dictionaries(
    {
        "text": st.none() | st.sampled_from(["a", "A", " a", "b\n", "", "None", "a', 'b"]) | st.text(max_size=2),
        "number": st.none() | st.sampled_from([0.0, -0.0, 1.5]),
        "tags": st.none() | st.lists(st.integers(0, 1), max_size=2),
    }
)
SCHEMA = pa.schema([("text", pa.string()), ("number", pa.float64()), ("tags", pa.list_(pa.int64()))])


def first_of_equals(rows: list[Any]) -> list[int]:
    return [position for position, row in enumerate(rows) if row not in rows[:position]]


@given(st.lists(CELLS, max_size=20), st.integers(1, 7))
def test_no_equal_rows_are_left_and_the_first_is_kept(select: Any, rows: list[dict[str, Any]], batch_rows: int) -> None:
    selection = select(ExactDuplicates, pa.Table.from_pylist(rows, SCHEMA), batch_rows=batch_rows)
    kept = [position for position in range(len(rows)) if position not in selection.drop]
    assert kept == first_of_equals(rows)
    assert set(selection.drop.values()) <= {"exact_duplicate"}


@given(st.lists(CELLS, max_size=20))
def test_only_the_named_columns_count(select: Any, rows: list[dict[str, Any]]) -> None:
    selection = select(ExactDuplicates, pa.Table.from_pylist(rows, SCHEMA), columns=["number", "tags"])
    kept = [position for position in range(len(rows)) if position not in selection.drop]
    assert kept == first_of_equals([(row["number"], row["tags"]) for row in rows])


def test_nulls_equal_each_other_and_not_the_words_for_them(select: Any) -> None:
    rows = [{"text": value} for value in (None, "None", "null", "", None)]
    assert dict(select(ExactDuplicates, rows).drop) == {4: "exact_duplicate"}


@pytest.mark.parametrize(
    ("normalize", "dropped"),
    [("none", []), ("whitespace", [1]), ("case_and_whitespace", [1, 2])],
)
def test_differences_that_do_not_count(select: Any, normalize: str, dropped: list[int]) -> None:
    rows = [{"text": "One fish"}, {"text": " One \n fish"}, {"text": "one FISH"}, {"text": "onefish"}]
    assert list(select(ExactDuplicates, rows, normalize=normalize).drop) == dropped


def test_cells_do_not_run_into_each_other(select: Any) -> None:
    rows = [{"a": "x", "b": "yz"}, {"a": "xy", "b": "z"}, {"a": "x', 'y", "b": "z"}]
    assert not select(ExactDuplicates, rows).drop


def test_an_unknown_column_is_answered_with_the_nearest_name(select: Any) -> None:
    with pytest.raises(UserError, match="Did you mean `text`"):
        select(ExactDuplicates, [{"text": "a"}], columns=["txt"])
