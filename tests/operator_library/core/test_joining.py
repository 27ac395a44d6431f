from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.engine.operator import DerivedRows
from corpusmith.operator_library.core.joining import JoinTables, JoinTablesParams

KEYS = st.lists(st.tuples(st.none() | st.integers(0, 4), st.none() | st.sampled_from(["", "a", "b"])), max_size=15)


def joined(left: Any, right: Any, **params: Any) -> list[DerivedRows]:
    result = JoinTables(JoinTablesParams(**params)).run({"left": left, "right": right}, Context())
    assert result.unused_reason == "no_match"
    return list(result.tables["rows"])


def rows_of(parts: list[DerivedRows]) -> list[dict[str, Any]]:
    return [row for part in parts for row in part.batch.to_pylist()]


def table(keys: list[tuple[Any, Any]], name: str) -> pa.Table:
    columns = {"n": pa.array([n for n, _ in keys], pa.int64()), "t": pa.array([t for _, t in keys], pa.string())}
    return pa.table({**columns, name: pa.array([f"{name} {place}" for place in range(len(keys))], pa.string())})


@pytest.mark.parametrize("how", ["inner", "left"])
@given(left=KEYS, right=KEYS, batch_rows=st.integers(1, 6))
def test_a_join_is_the_nested_loop(
    table_of: Any, how: str, left: list[tuple[Any, Any]], right: list[tuple[Any, Any]], batch_rows: int
) -> None:
    expected = []
    for i, key in enumerate(left):
        matches = [j for j, other in enumerate(right) if other == key and None not in key]
        expected += [(i, j) for j in matches] or ([(i, None)] if how == "left" else [])
    parts = joined(
        table_of(table(left, "x"), batch_rows), table_of(table(right, "y"), batch_rows), on=["n", "t"], how=how
    )
    assert rows_of(parts) == [
        {"n": left[i][0], "t": left[i][1], "x": f"x {i}", "y": None if j is None else f"y {j}"} for i, j in expected
    ]
    parents = [family for part in parts for family in part.parents]
    assert parents == [[("left", i)] if j is None else [("left", i), ("right", j)] for i, j in expected]


def test_many_matches_come_in_pieces(table_of: Any) -> None:
    side = table_of([{"k": 1}] * 100, batch_rows=100)
    parts = joined(side, side, on=["k"])
    assert sum(part.batch.num_rows for part in parts) == 10_000
    assert max(part.batch.num_rows for part in parts) <= 4096


def test_a_right_column_of_a_taken_name_gets_the_suffix(table_of: Any) -> None:
    left, right = table_of([{"k": 1, "text": "a"}]), table_of([{"k": 1, "text": "b"}])
    assert rows_of(joined(left, right, on=["k"])) == [{"k": 1, "text": "a", "text_right": "b"}]
    taken = table_of([{"k": 1, "text": "a", "text_right": "c"}])
    with pytest.raises(UserError, match="Two columns would be called `text_right`"):
        joined(taken, right, on=["k"])


def test_nested_values_and_tables_of_keys_alone_are_joined(table_of: Any) -> None:
    left = table_of([{"k": "a"}, {"k": "b"}])
    assert rows_of(joined(left, table_of([{"k": "b"}]), on=["k"], how="left")) == [{"k": "a"}, {"k": "b"}]
    nested = table_of([{"k": "b", "m": [{"role": "user"}]}])
    assert rows_of(joined(left, nested, on=["k"])) == [{"k": "b", "m": [{"role": "user"}]}]


def test_integers_match_the_numbers_that_they_are(table_of: Any) -> None:
    left, right = table_of([{"k": 1}, {"k": 2}]), table_of([{"k": 2.0, "y": "two"}])
    assert rows_of(joined(left, right, on=["k"])) == [{"k": 2, "y": "two"}]


def test_keys_of_different_types_are_refused_with_a_way_out(table_of: Any) -> None:
    with pytest.raises(UserError, match=r"two types.*`to_text`"):
        joined(table_of([{"k": 7}]), table_of([{"k": "7"}]), on=["k"])


def test_a_missing_key_column_names_the_table(table_of: Any) -> None:
    with pytest.raises(UserError, match="`id` not found in the right table"):
        joined(table_of([{"id": 1}]), table_of([{"key": 1}]), on=["id"])


def test_empty_tables_still_have_their_columns(table_of: Any) -> None:
    parts = joined(table_of(table([], "x")), table_of(table([], "y")), on=["n", "t"], how="left")
    assert rows_of(parts) == []
    assert parts[0].batch.schema.names == ["n", "t", "x", "y"]
