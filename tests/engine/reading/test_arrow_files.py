"""Arrow streams and files: types in plain form, text validated, damage noticed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source


def written(path: Path, table: pa.Table, kind: str = "stream", rows: int = 10) -> Path:
    with (pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file)(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return path


def column(source: Source, name: str = "x") -> list[Any]:
    return [value for batch in source.batches() for value in batch.column(name).to_pylist()]


@pytest.mark.parametrize("kind", ["stream", "file"])
def test_rows_are_numbered_by_their_position(tmp_path: Path, kind: str) -> None:
    source = open_source([written(tmp_path / "a.arrow", pa.table({"x": range(25)}), kind)])
    assert column(source) == list(range(25))
    assert column(source, ROW_ID) == [f"rows:a.arrow:{n}" for n in range(1, 26)]


@pytest.mark.parametrize(
    ("stored", "carried"),
    [
        (pa.array(["a", None]).dictionary_encode(), pa.string()),
        (pa.array([["a"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))), pa.list_(pa.string())),
        (pa.StructArray.from_arrays([pa.array(["a"]).dictionary_encode()], ["d"]), pa.struct([("d", pa.string())])),
        (pa.array(["a"], pa.large_string()), pa.string()),
        (pa.array(["a"], pa.string_view()), pa.string()),
        (pa.array([[1]], pa.large_list(pa.int16())), pa.list_(pa.int16())),
        (pa.array([[1, 2]], pa.list_(pa.int64(), 2)), pa.list_(pa.int64())),
        (pa.array([datetime(2020, 1, 2, 3)], pa.timestamp("ns", "Europe/Zurich")), pa.timestamp("ns", "Europe/Zurich")),
        (pa.array([Decimal("1.50")]), pa.decimal128(3, 2)),
        (pa.array([{"a": [{"b": None}, {"b": 1}]}, None]), None),
    ],
)
def test_columns_keep_their_types_in_plain_form(tmp_path: Path, stored: pa.Array, carried: pa.DataType | None) -> None:
    source = open_source([written(tmp_path / "a.arrow", pa.table({"x": stored}))])
    assert source.schema.field("x").type == (carried or stored.type)
    assert column(source) == stored.to_pylist()
    assert source.notes == []


def test_a_dictionary_that_grows_from_batch_to_batch_is_read(tmp_path: Path) -> None:
    batches = [
        pa.RecordBatch.from_arrays([pa.array(values).dictionary_encode()], ["x"]) for values in ("ab", "ca", "d")
    ]
    with pa.ipc.new_stream(tmp_path / "a.arrow", batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    assert column(open_source([tmp_path / "a.arrow"])) == list("abcad")


def test_text_that_is_not_valid_unicode_is_quarantined(tmp_path: Path) -> None:
    invalid = pa.array([b"a", b"\xff", b"b"])
    text = pa.Array.from_buffers(pa.string(), 3, invalid.buffers())
    source = open_source([written(tmp_path / "a.arrow", pa.table({"x": text}))], max_bad_share=0.5)
    assert [bad.row for bad in source.quarantined] == ["rows:a.arrow:2"]
    assert (column(source), source.rows) == (["a", "b"], 2)


def test_a_file_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    source = open_source([written(tmp_path / "a.arrow", pa.table({"x": pa.array([], pa.int16())}))])
    assert (source.rows, source.schema) == (0, pa.schema([("x", pa.int16())]))


@pytest.mark.parametrize("kind", ["stream", "file"])
@pytest.mark.parametrize("damage", ["no end", "cut off", "garbage", "empty"])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path, kind: str, damage: str) -> None:
    path = written(tmp_path / "a.arrow", pa.table({"x": ["a"] * 100}), kind)
    content = path.read_bytes()
    path.write_bytes(
        {"no end": content[:-8], "cut off": content[: len(content) // 2], "garbage": b"garbage" * 9, "empty": b""}[
            damage
        ]
    )
    with pytest.raises(UserError, match=r"a\.arrow is not an Arrow file, or it is cut off or damaged"):
        open_source([path])


@pytest.mark.parametrize(
    "stored",
    [
        pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
        pa.RunEndEncodedArray.from_arrays([1], ["a"]),
        pa.array([None], pa.month_day_nano_interval()),
        pa.array([[None]], pa.list_(pa.struct([("i", pa.month_day_nano_interval())]))),
    ],
)
def test_a_type_that_no_row_can_hold_is_refused_with_its_column(tmp_path: Path, stored: pa.Array) -> None:
    with pytest.raises(UserError, match=r"Column `x` of a\.arrow has a type that cannot be carried"):
        open_source([written(tmp_path / "a.arrow", pa.table({"x": stored}))])
