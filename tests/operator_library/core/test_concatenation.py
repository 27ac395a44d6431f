from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import DerivedRows, Params
from corpusmith.operator_library.core.concatenation import ConcatTables


def concatenated(first: Any, second: Any) -> list[DerivedRows]:
    result = ConcatTables(Params()).run({"second": second, "first": first}, Context())
    return list(result.tables["rows"])


def rows_of(parts: list[DerivedRows]) -> list[dict[str, Any]]:
    return [row for part in parts for row in part.batch.to_pylist()]


@given(st.lists(st.text(max_size=2)), st.lists(st.text(max_size=2)))
def test_every_row_is_there_once_in_order_with_itself_as_parent(table_of: Any, one: list[str], two: list[str]) -> None:
    parts = concatenated(
        table_of(pa.table({"t": pa.array(one, pa.string())})), table_of(pa.table({"t": pa.array(two, pa.string())}))
    )
    assert [row["t"] for row in rows_of(parts)] == one + two
    parents = [family for part in parts for family in part.parents]
    assert parents == [[("first", n)] for n in range(len(one))] + [[("second", n)] for n in range(len(two))]


def test_what_a_table_lacks_is_null_and_columns_keep_their_order(table_of: Any) -> None:
    parts = concatenated(table_of([{"b": 1, "a": "x"}]), table_of([{"c": True, "b": 2}]))
    assert parts[0].batch.schema.names == ["b", "a", "c"]
    assert rows_of(parts) == [{"b": 1, "a": "x", "c": None}, {"b": 2, "a": None, "c": True}]


def test_integers_become_numbers_where_the_other_table_has_them(table_of: Any) -> None:
    parts = concatenated(table_of([{"n": 1}]), table_of([{"n": 1.5}]))
    assert rows_of(parts) == [{"n": 1.0}, {"n": 1.5}]


def test_an_integer_that_would_lose_digits_is_refused(table_of: Any) -> None:
    with pytest.raises(UserError, match="`n` holds values that do not fit"):
        concatenated(table_of([{"n": 2**53 + 1}]), table_of([{"n": 1.5}]))


def test_types_that_do_not_fit_together_are_refused_with_a_way_out(table_of: Any) -> None:
    with pytest.raises(UserError, match=r"one name and two types.*`to_text`"):
        concatenated(table_of([{"n": 7}]), table_of([{"n": "007"}]))


def test_two_empty_tables_still_have_their_columns(table_of: Any) -> None:
    empty = pa.table({"t": pa.array([], pa.string())})
    parts = concatenated(table_of(empty), table_of(empty))
    assert rows_of(parts) == []
    assert parts[0].batch.schema.names == ["t"]
