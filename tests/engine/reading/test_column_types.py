"""How the types of columns are decided from everything that was seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.reading import Source, open_source, source_of_rows

BIG = 123456789012345678901234567890


def column(source: Source, name: str = "x") -> list[Any]:
    return [value for batch in source.batches() for value in batch.column(name).to_pylist()]


def of_values(*values: Any) -> Source:
    return source_of_rows([{"x": value} for value in values])


def of_lines(path: Path, *lines: str) -> Source:
    (path / "a.jsonl").write_text("\n".join(lines))
    return open_source([path / "a.jsonl"])


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([True, None], pa.bool_()),
        ([1, None, -(2**63), 2**63 - 1], pa.int64()),
        ([1.5, None], pa.float64()),
        ([1, 2.5, 2**53], pa.float64()),
        (["007", None], pa.string()),
        ([None, None], pa.string()),
        ([[1, None], [], None], pa.list_(pa.int64())),
        ([[[1.5]], [[2]]], pa.list_(pa.list_(pa.float64()))),
        ([{"a": 1}, None, {"a": 2}], pa.struct([("a", pa.int64())])),
    ],
)
def test_values_of_one_kind_keep_their_type_and_are_unchanged(values: list[Any], dtype: pa.DataType) -> None:
    source = of_values(*values)
    assert source.schema.field("x").type == dtype
    assert column(source) == values
    assert source.notes == []


def test_mixed_types_are_carried_as_json_text_and_said_so() -> None:
    source = of_values(1, "a", None, [1], {"k": "é"}, True)
    assert column(source) == ["1", '"a"', None, "[1]", '{"k":"é"}', "true"]
    assert source.notes == [
        "Column `x` holds mixed types (boolean, integer, list, struct, text); it is carried as JSON text, "
        "so its texts are in JSON quotes."
    ]


def test_a_rare_type_in_the_last_row_counts(tmp_path: Path) -> None:
    source = of_lines(tmp_path, *['{"x": 1}'] * 5000, '{"x": "one"}')
    assert column(source)[0] == "1"
    assert {batch.schema.field("x").type for batch in source.batches(100)} == {pa.string()}


def test_integers_that_a_float_cannot_hold_are_not_made_floats() -> None:
    assert column(of_values(0.5, 2**53 + 1)) == ["0.5", "9007199254740993"]


@pytest.mark.parametrize("big", [BIG, -BIG, 2**63, 2**64, -(2**63) - 1, -(10**19) + 1])
def test_integers_beyond_64_bits_are_text_without_loss(tmp_path: Path, big: int) -> None:
    source = of_lines(tmp_path, '{"x": 7}', f'{{"x": {big}}}')
    assert column(source) == ["7", str(big)]
    assert "beyond 64 bits" in source.notes[0]


def test_integers_beyond_64_bits_keep_their_digits_in_json_text_and_nested(tmp_path: Path) -> None:
    source = of_lines(tmp_path, f'{{"x": [{BIG}], "y": {BIG}}}', '{"x": [1], "y": {"a": ["b"]}}')
    assert column(source) == [[str(BIG)], ["1"]]
    assert column(source, "y") == [str(BIG), '{"a":["b"]}']


def test_long_runs_of_digits_in_text_change_nothing(tmp_path: Path) -> None:
    source = of_lines(tmp_path, '{"x": "12345678901234567890123", "y": 1, "z": 0.12345678901234567890123}')
    assert [column(source, name) for name in "xyz"] == [["12345678901234567890123"], [1], [0.12345678901234567890123]]


def test_fields_of_structs_are_unified_recursively() -> None:
    source = of_values({"a": 1}, {"b": [{"c": 1}, {"c": 2.5, "d": None}]}, {"a": "t"})
    inner = pa.struct([("c", pa.float64()), ("d", pa.string())])
    assert source.schema.field("x").type == pa.struct([("a", pa.string()), ("b", pa.list_(inner))])
    assert column(source) == [
        {"a": "1", "b": None},
        {"a": None, "b": [{"c": 1.0, "d": None}, {"c": 2.5, "d": None}]},
        {"a": '"t"', "b": None},
    ]
    assert "`x.a`" in source.notes[0]


def test_objects_that_are_always_empty_are_json_text() -> None:
    source = of_values({}, None)
    assert column(source) == ["{}", None]
    assert "only empty objects" in source.notes[0]


def test_objects_whose_keys_are_data_are_json_text() -> None:
    source = of_values(*({f"user{i}": i} for i in range(1000)))
    assert column(source)[:2] == ['{"user0":0}', '{"user1":1}']
    assert "more than 256 different keys" in source.notes[0]


def test_deep_nesting_becomes_json_text_below_the_typed_levels() -> None:
    deep: Any = "end"
    for _ in range(60):
        deep = [deep]
    source = of_values(deep)
    value = column(source)[0]
    for _ in range(60):
        value = value[0] if isinstance(value, list) else json.loads(value)[0]
    assert value == "end"
    assert "nested deeper than 16 levels" in source.notes[0]


def test_columns_come_in_the_order_in_which_they_first_appear(tmp_path: Path) -> None:
    assert of_lines(tmp_path, '{"b": 1, "a": 1}', '{"c": 1, "a": 1}').schema.names == ["b", "a", "c"]
