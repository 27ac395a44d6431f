"""Hostile rows survive being written and read back, and nothing about them depends on batches."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.reading import Source, open_source, source_of_rows
from corpusmith.engine.writing import DatasetWriter, write_jsonl

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS: list[st.SearchStrategy[Any]] = [
    TEXTS,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
]


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def nested(scalar: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(optional(scalar), max_size=3)
    return st.sampled_from([scalar, lists, st.fixed_dictionaries({"a": optional(scalar), "": optional(lists)})])


UNIFORM = st.sampled_from(SCALARS).flatmap(nested)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def uniform_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(TEXTS.filter(lambda name: name != ROW_ID), unique=True, min_size=1, max_size=3))
    columns = {name: draw(UNIFORM) for name in names}
    return draw(
        st.lists(st.fixed_dictionaries({name: optional(values) for name, values in columns.items()}), max_size=6)
    )


def rows_of(source: Source, batch_rows: int = 1024) -> list[dict[str, Any]]:
    return [row for batch in source.batches(batch_rows) for row in batch.to_pylist()]


def through_file(rows: list[dict[str, Any]], folder: str) -> Source:
    write_jsonl(Path(folder) / "a.jsonl", rows)
    return open_source([Path(folder) / "a.jsonl"])


@given(uniform_rows(), st.integers(1, 4))
def test_rows_of_uniform_columns_come_back_equal(rows: list[dict[str, Any]], batch_rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read = rows_of(through_file(rows, folder), batch_rows)
    assert [row.pop(ROW_ID) for row in read] == [f"rows:a.jsonl:{n}" for n in range(1, len(rows) + 1)]
    assert read == rows


@settings(max_examples=40)
@given(uniform_rows(), st.sampled_from(["parquet", "jsonl", "jsonl.gz", "jsonl.zst"]))
def test_rows_and_types_come_back_from_every_format_that_holds_them(rows: list[dict[str, Any]], form: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = source_of_rows(rows)
        with DatasetWriter(Path(folder) / "out", source.schema, format=form, rows_per_shard=2) as writer:
            for batch in source.batches():
                writer.write(batch)
            writer.close("")
        again = open_source([Path(folder) / "out"])
        if form == "parquet":
            assert again.schema == source.schema
        read = [{name: row.get(name) for name in source.schema.names} for row in rows_of(again)]
        assert read == [{name: row[name] for name in source.schema.names} for row in rows_of(source)]


@settings(max_examples=40)
@given(uniform_rows())
def test_rows_and_types_come_back_from_arrow(rows: list[dict[str, Any]]) -> None:
    source = source_of_rows(rows)
    with tempfile.TemporaryDirectory() as folder:
        with pa.ipc.new_stream(Path(folder) / "a.arrow", source.schema) as writer:
            for batch in source.batches(2):
                writer.write_batch(batch.select(source.schema.names))
        again = open_source([Path(folder) / "a.arrow"])
        assert again.schema == source.schema
        carried = rows_of(source)
        assert [row.pop(ROW_ID) for row in carried] == [f"rows:memory:{n}" for n in range(1, len(rows) + 1)]
        assert [{k: v for k, v in row.items() if k != ROW_ID} for row in rows_of(again)] == carried


@settings(max_examples=40)
@given(st.lists(st.tuples(*map(optional, SCALARS[:3]), optional(st.binary(max_size=5))), max_size=6))
def test_values_come_back_from_sqlite(rows: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with closing(sqlite3.connect(Path(folder) / "a.sqlite")) as database:
            database.execute("CREATE TABLE t (s, i, f, b)")
            database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
            database.commit()
        source = open_source([Path(folder) / "a.sqlite"])
        assert [tuple(row.values())[1:] for row in rows_of(source)] == rows
    assert source.notes == []


@given(st.lists(ANY_JSON, max_size=6), st.sampled_from(["parquet", "jsonl"]))
def test_any_column_of_json_is_carried_written_and_read_back(values: list[Any], form: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = through_file([{"x": value} for value in values], folder)
        with DatasetWriter(Path(folder) / "out", source.schema, format=form) as writer:
            for batch in source.batches(2):
                writer.write(batch)
            writer.close("")
        again = open_source([Path(folder) / "out"])
        carried = [row["x"] for row in rows_of(source)]
        assert [row["x"] for row in rows_of(again)] == carried
    if source.notes and source.notes[0].startswith("Column `x` holds mixed types"):
        assert [None if text is None else json.loads(text) for text in carried] == values


@given(st.lists(ANY_JSON, max_size=6))
def test_rows_in_memory_are_carried_like_rows_in_a_file(values: list[Any]) -> None:
    rows = [{"x": value} for value in values]
    memory = source_of_rows(rows, name="a.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        file = through_file(rows, folder)
        assert (memory.schema, memory.notes, rows_of(memory)) == (file.schema, file.notes, rows_of(file))


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line), max_size=8))
def test_every_line_that_is_not_blank_is_a_row_or_quarantined(lines: list[bytes]) -> None:
    lines = [line if n % 2 else b'{"x": 1}' for n, line in enumerate(lines)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(b" " + b"\n".join(lines))
        source = open_source([path], max_bad_share=1)
        seen = [row[ROW_ID] for row in rows_of(source)] + [bad.row for bad in source.quarantined]
    filled = [n for n, line in enumerate(lines, start=1) if line.strip()]
    assert sorted(seen) == sorted(f"rows:a.jsonl:{n}" for n in filled)


@pytest.mark.parametrize("batch_rows", [1, 7, 1000])
def test_the_written_bytes_do_not_depend_on_the_size_of_batches(tmp_path: Path, batch_rows: int) -> None:
    rows = [
        {"t": None if n % 5 == 0 else "x" * (n % 11), "m": [{"role": "user", "n": n}] * (n % 3)} for n in range(500)
    ]
    source = source_of_rows(rows)
    sums = []
    for size in (batch_rows, 64):
        with DatasetWriter(tmp_path / str(size), source.schema, row_group=100) as writer:
            for batch in source.batches(size):
                writer.write(pa.RecordBatch.from_pylist(batch.to_pylist(), batch.schema))
            sums.append(writer.close("")[0].sha256)
    assert sums[0] == sums[1]
