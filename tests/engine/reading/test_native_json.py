"""The native way of reading JSON Lines gives exactly what the way that looks at every value gives."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.reading import Source, jsonl, kept_rows, open_source
from corpusmith.engine.reading.format import InputFile, RecordFormat
from corpusmith.engine.reading.jsonl import JsonLines
from corpusmith.engine.reading.kept_rows import KeptRows
from corpusmith.engine.reading.observed import Observed
from corpusmith.engine.reading.shape import Shape

Read = tuple[dict[str, str], list[str], dict[str, str], list[str]]
"""Types by column, notes, errors by row, and the rows as they are written in Python."""


@pytest.fixture(autouse=True)
def many_small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jsonl, "_BLOCK_BYTES", 48)
    yield


def read_natively(path: Path) -> Read:
    source = open_source([path], max_bad_share=1)
    types = {field.name: str(field.type) for field in source.schema}
    notes = [note for note in source.notes if note.startswith("Column")]
    return types, notes, {bad.row: bad.error for bad in source.quarantined}, written(source)


def written(source: Source) -> list[str]:
    return [repr(list(row.items())) for batch in source.batches() for row in batch.to_pylist()]


def read_exactly(path: Path) -> Read:
    """The part that all formats of separate records share looks at every value itself."""
    file, seen, notes = InputFile(path, path.name), Observed(), list[str]()
    scan = RecordFormat.scan(JsonLines(), file, seen)
    shapes = {name: column.decide(name, notes) for name, column in seen.fields.items()}
    rows = []
    for piece in RecordFormat.read(JsonLines(), file, shapes, scan.bad):
        columns = [column.to_pylist() for column in piece.columns]
        for position, number in enumerate(piece.numbers):
            values = zip(shapes, (column[position] for column in columns), strict=True)
            rows.append(repr([(ROW_ID, f"rows:{path.name}:{number}"), *values]))
    bad = {f"rows:{path.name}:{number}": why for number, why in scan.bad.items()}
    return {name: str(shape.type) for name, shape in shapes.items()}, notes, bad, rows


NUMBERS = st.sampled_from(
    [
        "0",
        "-0",
        "-0.0",
        "1",
        "7",
        "1.0",
        "0.5",
        "1e3",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1E5",
        "123456789012345678901234567890",
        "1e999",
        "1e-999",
        "0.12345678901234567890123",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=6).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.text(max_size=6).map(json.dumps),
    st.sampled_from(
        ['"2020-01-01"', '"2020-01-01T00:00:00Z"', '"007"', '"\\ud800"', '"\\udc00"', '"\\u0000"', '"\\/"']
    ),
)
SCALARS = st.one_of(TEXTS, NUMBERS, st.sampled_from(["null", "true", "false"]))


def objects(values: st.SearchStrategy[str], keys: str) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(st.sampled_from(list(keys)), values), max_size=3)
    return pairs.map(lambda found: "{" + ", ".join(f'"{key}":{value}' for key, value in found) + "}")


def lists(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, max_size=2).map(lambda found: "[" + ",".join(found) + "]")


ROWS_OF_ANYTHING = objects(st.one_of(SCALARS, objects(SCALARS, "ab"), lists(SCALARS)), "xyz")
ROWS_OF_ONE_KIND = st.tuples(
    st.one_of(TEXTS, st.just("null")),
    st.one_of(NUMBERS, st.just("null")),
    st.one_of(objects(TEXTS, "ab"), st.just("null")),
    lists(objects(NUMBERS, "ab")),
).map(lambda row: '{{"t":{},"n":{},"s":{},"l":{}}}'.format(*row))
BROKEN = st.sampled_from(
    [
        *(
            b"",
            b"  ",
            b"{",
            b"}",
            b"[1]",
            b'{"x":1}{"x":2}',
            b'{"x":1}\0{"y":2}',
            b'{"x":01}',
            b'{"x":1,}',
            b'{"x":"\xff"}',
        ),
        *(b'{"x":NaN}', b'{"x":"a\tb"}', b'{"x":1} ', b' {"x":1}', b'{"x":1}//}', b'{"x":{"a":1}', b'{"x":2}}'),
        *(b'{"x":1}\r', b'{"x":1}{"x":', b'{"y":1}{"x":{"a":1}', b"{}"),
    ]
)


def files(rows: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    usual = rows.map(lambda row: row.encode("utf-8", "surrogatepass"))
    lines = st.one_of(usual, usual, usual, usual, BROKEN)
    return st.tuples(st.lists(lines, max_size=12), st.sampled_from([b"\n", b""])).map(
        lambda made: b"\n".join(made[0]) + made[1]
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(files(ROWS_OF_ANYTHING), files(ROWS_OF_ONE_KIND)))
def test_any_file_is_read_as_if_every_value_had_been_looked_at(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(content)
    assert read_natively(path) == read_exactly(path)


@pytest.mark.parametrize(
    "lines",
    [
        ['{"x":0.5}', '{"x":1}', '{"x":2.0}'] * 9,
        ['{"x":0.5}'] * 9 + ['{"x":3}'] * 9 + ['{"x":"text"}'],
        ['{"x":1}'] * 9 + ['{"x":0.5}'] * 9,
        ['{"x":9007199254740993}'] * 9 + ['{"x":0.5}'],
        ['{"x":null}'] * 9 + ['{"x":[]}'] * 9 + ['{"x":[{"a":1}]}', '{"x":[{"b":0.5}, null]}', '{"x":null}'] * 9,
        ['{"x":{"a":1}}'] * 9 + ['{"x":{"b":{}}}', '{"x":null}'] * 5 + ['{"x":{"a":2.5,"b":{"c":"d"}}}'] * 5,
        ['{"x":"a"}'] * 9 + ['{"y":"b"}'] * 9 + ['{"x":1}'],
        ['{"x":1}'] * 9 + ['{"x":123456789012345678901234567890}'] + ['{"x":1}'] * 9,
        ['{"x":"a"}\r'] * 20,
    ],
)
def test_what_comes_late_decides_for_the_rows_that_came_before(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "late.jsonl"
    path.write_text("\n".join(lines) + "\n")
    assert read_natively(path) == read_exactly(path)


@pytest.mark.parametrize("memory", [0, 100])
@pytest.mark.parametrize("free", [0, 1 << 62])
def test_rows_come_from_a_temporary_file_or_from_the_input_again_when_they_are_too_many_to_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int, free: int
) -> None:
    monkeypatch.setattr(kept_rows, "MEMORY", memory)
    monkeypatch.setattr(kept_rows, "FREE_DISK", 0 if free else 1 << 62)
    path = tmp_path / "many.jsonl"
    path.write_text("".join(f'{{"x": {number}, "y": ["{number}"]}}\n' for number in range(200)))
    source = open_source([path])
    rows = written(source)
    assert rows == written(source)
    assert rows == read_exactly(path)[3]


def test_two_passes_at_the_same_time_do_not_disturb_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_rows, "MEMORY", 0)
    path = tmp_path / "many.jsonl"
    path.write_text("".join(f'{{"x": {number}}}\n' for number in range(100)))
    source = open_source([path])
    for one, other in zip(source.batches(7), source.batches(7), strict=True):
        assert one == other


def test_the_rows_of_all_files_share_one_memory_and_give_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_rows, "_ROOMS", weakref.WeakValueDictionary())
    monkeypatch.setattr(kept_rows, "MEMORY", 1000)
    values, shapes = pa.array(range(100)), {"x": Shape(pa.int64())}

    def kept() -> KeptRows:
        rows = KeptRows()
        rows.add(range(1, 101), shapes, [values])
        return rows

    def in_memory(rows: KeptRows) -> bool:
        ((numbers, columns),) = rows.pieces(shapes)
        assert (numbers, columns) == (range(1, 101), [values])
        return bool(columns[0].buffers()[1].address == values.buffers()[1].address)

    first, second = kept(), kept()
    assert [in_memory(first), in_memory(second)] == [True, False]
    del first
    gc.collect()
    assert [in_memory(kept()), in_memory(second)] == [True, False]


def test_files_of_two_formats_agree_on_the_types(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,a\n")
    (tmp_path / "b.jsonl").write_text('{"x": 1.5, "y": "b"}\n' * 9 + '{"x": "2", "y": "c"}\n')
    source = open_source([tmp_path])
    assert [str(field.type) for field in source.schema] == ["string", "string"]
    assert written(source)[1] == repr([(ROW_ID, "rows:b.jsonl:1"), ("x", "1.5"), ("y", "b")])
