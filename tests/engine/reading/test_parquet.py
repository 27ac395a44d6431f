"""Parquet: own types kept, several files unified, damage noticed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source


def opened(folder: Path, *columns: Any, name: str = "x") -> Source:
    for index, values in enumerate(columns):
        pq.write_table(pa.table({name: values}), folder / f"{index}.parquet")
    return open_source([folder], max_bad_share=0.9)


def column(source: Source, name: str = "x") -> list[Any]:
    return [value for batch in source.batches() for value in batch.column(name).to_pylist()]


def test_rows_are_numbered_by_their_position_across_row_groups(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": range(2500)}), tmp_path / "a.parquet", row_group_size=700)
    source = open_source([tmp_path / "a.parquet"])
    assert column(source, ROW_ID) == [f"rows:a.parquet:{n}" for n in range(1, 2501)]
    assert column(source) == list(range(2500))


@pytest.mark.parametrize(
    ("stored", "carried"),
    [
        (pa.array([1, None], pa.int32()), pa.int32()),
        (pa.array([1.5, None], pa.float32()), pa.float32()),
        (pa.array([2**64 - 1], pa.uint64()), pa.uint64()),
        (pa.array([datetime(2020, 1, 2, 3)], pa.timestamp("ms", "UTC")), pa.timestamp("ms", "UTC")),
        (pa.array([b"\xff"], pa.binary()), pa.binary()),
        (pa.array(["a", None], pa.large_string()), pa.string()),
        (pa.array(["a", None]).dictionary_encode(), pa.string()),
        (pa.array([["a"]], pa.large_list(pa.large_string())), pa.list_(pa.string())),
        (pa.array([{"a": [{"b": 1}]}]), pa.struct([("a", pa.list_(pa.struct([("b", pa.int64())])))])),
        (pa.StructArray.from_arrays([pa.array(["a"]).dictionary_encode()], ["d"]), pa.struct([("d", pa.string())])),
        (pa.nulls(2), pa.string()),
    ],
)
def test_columns_keep_their_types_in_plain_form(tmp_path: Path, stored: pa.Array, carried: pa.DataType) -> None:
    source = opened(tmp_path, stored)
    assert source.schema.field("x").type == carried
    assert column(source) == stored.to_pylist()
    assert source.notes == []


def test_maps_become_lists_of_key_and_value(tmp_path: Path) -> None:
    source = opened(tmp_path, pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())))
    assert column(source) == [[{"key": "a", "value": 1}], None]


def test_a_column_that_one_file_lacks_is_null_there(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"y": ["b"]}), tmp_path / "b.parquet")
    source = open_source([tmp_path])
    assert (column(source, "x"), column(source, "y")) == ([1, None], [None, "b"])


def test_integer_and_number_files_are_carried_as_number_with_a_note(tmp_path: Path) -> None:
    source = opened(tmp_path, [1, 2**53], [0.5])
    assert column(source) == [1.0, float(2**53), 0.5]
    assert "carried as number" in source.notes[0]


def test_integers_that_a_float_cannot_hold_make_the_column_json_text(tmp_path: Path) -> None:
    assert column(opened(tmp_path, [2**53 + 1], [0.5])) == ["9007199254740993", "0.5"]


def test_integers_of_several_widths_are_carried_in_64_bits(tmp_path: Path) -> None:
    source = opened(tmp_path, pa.array([1], pa.int8()), pa.array([2], pa.uint32()))
    assert (source.schema.field("x").type, column(source)) == (pa.int64(), [1, 2])


def test_files_that_disagree_are_carried_as_json_text(tmp_path: Path) -> None:
    source = opened(tmp_path, ["a"], [1], [datetime(2020, 1, 2)])
    assert column(source) == ['"a"', "1", '"2020-01-02T00:00:00"']
    assert "mixed types" in source.notes[0]


def test_parquet_and_json_lines_in_one_folder_are_unified(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": pa.array([1], pa.int32()), "y": [["a"]]}), tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_text('{"x": 5000000000, "y": ["b", 1]}')
    source = open_source([tmp_path])
    assert column(source, "x") == [1, 5000000000]
    assert column(source, "y") == [['"a"'], ['"b"', "1"]]


def test_text_that_is_not_valid_unicode_is_quarantined(tmp_path: Path) -> None:
    invalid = pa.array([b"a", b"\xff", None, b"b"]).cast(pa.binary())
    text = pa.Array.from_buffers(pa.string(), 4, invalid.buffers())
    source = opened(tmp_path, pa.StructArray.from_arrays([text], ["t"]))
    assert [bad.row for bad in source.quarantined] == ["rows:0.parquet:2"]
    assert column(source) == [{"t": "a"}, {"t": None}, {"t": "b"}]
    assert column(source, ROW_ID) == [f"rows:0.parquet:{n}" for n in (1, 3, 4)]
    assert source.rows == 3


def test_an_empty_file_keeps_its_columns(tmp_path: Path) -> None:
    source = opened(tmp_path, pa.array([], pa.int16()))
    assert (source.rows, source.schema) == (0, pa.schema([("x", pa.int16())]))


@pytest.mark.parametrize("damage", ["cut off", "garbage", "empty"])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path, damage: str) -> None:
    opened(tmp_path, ["a"] * 100)
    path = tmp_path / "0.parquet"
    content = path.read_bytes()
    path.write_bytes({"cut off": content[:-10], "garbage": b"garbage" * 100, "empty": b""}[damage])
    with pytest.raises(UserError, match=r"0\.parquet is not a Parquet file"):
        open_source([path])


def test_a_column_named_like_the_row_identity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=ROW_ID):
        opened(tmp_path, [1], name=ROW_ID)
