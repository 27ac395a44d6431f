from __future__ import annotations

import math
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.operator_library.core.numerals import numeral
from corpusmith.operator_library.core.ordering import ShuffleRows, SortByLength, SortRows
from corpusmith.tools.checks.dataset.sorted_rows import SortedRows, SortedRowsParams
from corpusmith.tools.checks.memory_output import MemoryOutput, output_of

TEXTS = st.none() | st.sampled_from(["a", "b", "", "a\x00", "Z", "é", "\U0001f600", "\uffff"]) | st.text(max_size=3)
COLUMNS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "text": (pa.string(), TEXTS),
    "large text": (pa.large_string(), TEXTS),
    "integers": (pa.int64(), st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2)),
    "unsigned": (pa.uint64(), st.none() | st.integers(0, 2**64 - 1)),
    "numbers": (pa.float64(), st.none() | st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0])),
    "booleans": (pa.bool_(), st.none() | st.booleans()),
    "decimals": (pa.decimal128(38, 10), st.none() | st.decimals(-(10**20), 10**20, places=10)),
    "times": (pa.timestamp("us", "UTC"), st.none() | st.datetimes(timezones=st.just(UTC))),
    "dates": (pa.date32(), st.none() | st.dates()),
    "durations": (pa.duration("us"), st.none() | st.timedeltas(timedelta(-9), timedelta(9))),
    "nothing": (pa.null(), st.none()),
}


def expected_order(keys: list[tuple[Any, ...]], descending: bool) -> list[int]:
    """Python's stable sort, one key after the other from the least important; nulls last."""
    order = list(range(len(keys)))
    for place in reversed(range(len(keys[0]) if keys else 0)):
        known = [position for position in order if keys[position][place] is not None]
        unknown = [position for position in order if keys[position][place] is None]
        known.sort(key=lambda position: keys[position][place], reverse=descending)  # stable either way
        order = known + unknown
    return order


@pytest.mark.parametrize("kind", COLUMNS)
@given(data=st.data(), descending=st.booleans(), batch_rows=st.integers(1, 9))
def test_sorting_is_a_stable_permutation_with_nulls_last(
    select: Any, kind: str, data: st.DataObject, descending: bool, batch_rows: int
) -> None:
    dtype, values = COLUMNS[kind]
    keys = data.draw(st.lists(values, max_size=15))
    table = pa.table({"key": pa.array(keys, dtype)})
    order = select(SortRows, table, by=["key"], descending=descending, batch_rows=batch_rows).order
    assert order.tolist() == expected_order([(key,) for key in keys], descending)


@given(st.lists(st.tuples(st.none() | st.integers(0, 2), TEXTS), max_size=20), st.booleans())
def test_later_columns_settle_what_earlier_ones_leave_open(
    select: Any, keys: list[tuple[Any, Any]], descending: bool
) -> None:
    table = pa.table(
        {"n": pa.array([n for n, _ in keys], pa.int64()), "t": pa.array([t for _, t in keys], pa.string())}
    )
    order = select(SortRows, table, by=["n", "t"], descending=descending).order
    assert order.tolist() == expected_order(keys, descending)


@pytest.mark.parametrize("descending", [False, True])
def test_not_a_number_comes_last_with_the_nulls(select: Any, descending: bool) -> None:
    rows = pa.table({"key": pa.array([math.nan, 1.0, None, 2.0])})
    assert select(SortRows, rows, by=["key"], descending=descending).order.tolist()[2:] == [0, 2]


def test_wide_numbers_are_not_rounded_for_sorting(select: Any) -> None:
    rows = pa.table({"key": pa.array([Decimal("9007199254740993.1"), Decimal("9007199254740993.0"), Decimal(-1)])})
    assert select(SortRows, rows, by=["key"]).order.tolist() == [2, 1, 0]


def test_categories_are_sorted_as_text(select: Any) -> None:
    rows = pa.table({"key": pa.array(["b", None, "a"]).dictionary_encode()})
    assert select(SortRows, rows, by=["key"]).order.tolist() == [2, 0, 1]


def test_lists_have_no_order(select: Any) -> None:
    with pytest.raises(UserError, match="cannot be sorted by a column of type list"):
        select(SortRows, [{"key": [1]}], by=["key"])


def test_an_unknown_column_is_answered_with_the_nearest_name(select: Any) -> None:
    with pytest.raises(UserError, match="Did you mean `score`"):
        select(SortRows, [{"score": 1}], by=["scor"])


@pytest.mark.parametrize("unit", ["characters", "words"])
@given(texts=st.lists(st.none() | st.text(st.sampled_from("ab é\U0001f600\n\t"), max_size=6)), descending=st.booleans())
def test_length_order_is_a_stable_permutation_with_nulls_last(
    select: Any, unit: str, texts: list[str | None], descending: bool
) -> None:
    table = pa.table({"text": pa.array(texts, pa.string())})
    order = select(SortByLength, table, unit=unit, descending=descending).order
    lengths = [None if t is None else len(t) if unit == "characters" else len(t.split()) for t in texts]
    assert order.tolist() == expected_order([(length,) for length in lengths], descending)


@given(st.integers(0, 50), st.integers(0, 2**64))
def test_shuffling_is_a_permutation_that_depends_on_the_seed_alone(select: Any, count: int, seed: int) -> None:
    rows = pa.table({"n": pa.array(range(count), pa.int64())})
    order = select(ShuffleRows, rows, seed=seed, context=Context(seed=1, step="a"), batch_rows=1).order
    again = select(ShuffleRows, rows, seed=seed, context=Context(seed=2, step="b"), batch_rows=9).order
    assert sorted(order.tolist()) == list(range(count))
    assert order.tolist() == again.tolist()


def test_without_a_seed_the_pipeline_and_the_step_decide(select: Any) -> None:
    rows = [{"n": n} for n in range(100)]
    orders = [
        select(ShuffleRows, rows, context=context).order.tolist()
        for context in (Context(seed=1), Context(seed=1), Context(seed=2), Context(seed=1, step="again"))
    ]
    assert orders[0] == orders[1]
    assert len({tuple(order) for order in orders}) == 3


NUMERALS = st.integers(-(10**20), 10**20).map(str) | st.sampled_from(
    ["9", "20", "100", "007", "7", "-0", "0.0", "1,234", "1e3", "1e-400", "-1e400", " 5 ", "2.50", "-2.5", "-2.51"]
)


@given(st.lists(st.none() | NUMERALS, max_size=15), st.booleans(), st.integers(1, 9))
def test_text_that_writes_numbers_is_sorted_by_the_numbers(
    select: Any, texts: list[str | None], descending: bool, batch_rows: int
) -> None:
    table = pa.table({"key": pa.array(texts, pa.string())})
    order = select(SortRows, table, by=["key"], descending=descending, batch_rows=batch_rows).order
    numbers = [(None if text is None else numeral(text),) for text in texts]
    assert order.tolist() == expected_order(numbers, descending)
    output = output_of(table.take(pa.array(order)))
    params = SortedRowsParams(by=["key"], descending=descending)
    if texts:
        assert SortedRows().measure(output, params).outcome == "passed"


def test_one_text_that_is_no_number_makes_the_whole_column_text(select: Any) -> None:
    texts = ["9", "100", "20", "n/a"]
    for batch_rows in (1, 9):
        rows = pa.table({"key": texts})
        order = select(SortRows, rows, by=["key"], batch_rows=batch_rows).order
        assert [texts[at] for at in order] == ["100", "20", "9", "n/a"]
        assert SortedRows().measure(output_of(rows.take(order)), SortedRowsParams(by=["key"])).outcome == "passed"


def test_a_split_is_in_the_order_that_the_whole_table_decides() -> None:
    params = SortedRowsParams(by=["key"])
    by_text = MemoryOutput({"train": {"key": ["100", "9"]}, "test": {"key": ["n/a"]}})
    by_number = MemoryOutput({"train": {"key": ["9", "100"]}, "test": {"key": ["20"]}})
    assert SortedRows().measure(by_text, params).outcome == "passed"
    assert SortedRows().measure(by_number, params).outcome == "passed"
    assert SortedRows().measure(output_of({"key": ["100", "20", "9"]}), params).outcome == "failed"
