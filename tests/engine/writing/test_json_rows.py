"""Rows as JSON Lines have the same bytes whichever way they are made."""

from __future__ import annotations

import random
import struct
import sys
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.reading.json_text import json_bytes
from corpusmith.engine.writing.json_rows import json_rows


def assert_same_bytes(table: pa.Table) -> None:
    assert bytes(json_rows(table)) == b"".join(json_bytes(row) + b"\n" for row in table.to_pylist())


def table_of(values: list[Any], dtype: pa.DataType | None = None) -> pa.Table:
    return pa.table({'x"\n': pa.array(values, dtype), "é": pa.array(range(len(values)), pa.int64())})


def test_every_character_is_written_as_always() -> None:
    assert_same_bytes(table_of([chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]))


def test_floats_of_every_size_are_written_as_always() -> None:
    generator = random.Random(7)
    bits = [struct.unpack("d", generator.randbytes(8))[0] for _ in range(20_000)]
    near = [generator.random() * 10.0 ** generator.randint(-25, 25) for _ in range(20_000)]
    round_ones = [sign * 10.0**power for power in range(-30, 31) for sign in (1, -1)]
    assert_same_bytes(table_of([*bits, *near, *round_ones, 0.0, -0.0, 5e-324, float("nan"), float("inf"), None]))


TEXT = st.none() | st.text()
NUMBER = st.none() | st.floats()


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "t": TEXT,
                "i": st.none() | st.integers(-(2**63), 2**63 - 1),
                "f": NUMBER,
                "b": st.none() | st.booleans(),
                "l": st.none() | st.lists(st.none() | st.fixed_dictionaries({"a": TEXT, "b": NUMBER})),
                "s": st.none()
                | st.fixed_dictionaries({"l": st.none() | st.lists(TEXT), "s": st.none() | st.just({"x": True})}),
            }
        )
    ),
    st.integers(0, 3),
)
def test_any_rows_of_common_types_are_written_as_always(rows: list[dict[str, Any]], start: int) -> None:
    items = pa.list_(pa.struct([("a", pa.string()), ("b", pa.float64())]))
    nested = pa.struct([("l", pa.list_(pa.string())), ("s", pa.struct([("x", pa.bool_())]))])
    types = (pa.string(), pa.int64(), pa.float64(), pa.bool_(), items, nested)
    schema = pa.schema(list(zip("tifbls", types, strict=True)))
    assert_same_bytes(pa.Table.from_pylist(rows, schema).slice(start))


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([datetime(2020, 1, 1, 12, 30, 0, 5), None], pa.timestamp("us")),
        ([datetime(2020, 1, 1)], pa.date32()),
        ([Decimal("1.50")], pa.decimal128(5, 2)),
        ([b"\xff\x00"], pa.binary()),
        ([1.5, None], pa.float32()),
        ([2**64 - 1], pa.uint64()),
        ([None, None], pa.null()),
        ([{}, None], pa.struct([])),
        ([[datetime(2020, 1, 1)]], pa.list_(pa.timestamp("ms"))),
        ([], pa.string()),
    ],
)
def test_other_types_are_written_value_by_value(values: list[Any], dtype: pa.DataType) -> None:
    assert_same_bytes(table_of(values, dtype))


@pytest.mark.parametrize("names", [["", "0"], ["", "column_0"], ["column_0", ""], ["a.b", "a"], ["\x00", " "]])
def test_columns_of_strange_names_keep_them(names: list[str]) -> None:
    nested = pa.StructArray.from_arrays([pa.array(["x"]), pa.array([1])], names)
    assert_same_bytes(pa.Table.from_arrays([pa.array(["x"]), nested], names))
