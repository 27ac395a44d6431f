"""CSV and TSV: text exactly as written, and rows that do not fit the header."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source


def opened(path: Path, content: bytes | str) -> Source:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_source([path], max_bad_share=0.9)


def rows_of(source: Source) -> list[dict[str, Any]]:
    return [row for batch in source.batches() for row in batch.to_pylist()]


def test_every_column_is_text_as_it_is_written(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", 'id,n,t\n007,1.50,\n8,,"a ""b"", c"\n')
    assert source.schema == pa.schema([(name, pa.string()) for name in ("id", "n", "t")])
    assert rows_of(source) == [
        {ROW_ID: "rows:a.csv:2", "id": "007", "n": "1.50", "t": ""},
        {ROW_ID: "rows:a.csv:3", "id": "8", "n": "", "t": 'a "b", c'},
    ]


def test_a_row_has_the_number_of_the_line_on_which_it_begins(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", 'a,b\r\n"x\r\ny\n",1\r\n\r\nz,2\r\n')
    assert [(row[ROW_ID], row["a"]) for row in rows_of(source)] == [("rows:a.csv:2", "x\r\ny\n"), ("rows:a.csv:6", "z")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"1", "1 fields where the header has 2"),
        (b"1,2,3", "3 fields where the header has 2"),
        (b'"a"b,2', "broken row"),
        (b"\xff,2", "invalid Unicode"),
    ],
)
def test_a_row_that_does_not_fit_is_quarantined(tmp_path: Path, row: bytes, why: str) -> None:
    source = opened(tmp_path / "a.csv", b"a,b\n1,2\n" + row + b"\n3,4\n")
    [bad] = source.quarantined
    assert bad.row == "rows:a.csv:3"
    assert why in bad.error
    assert [row["a"] for row in rows_of(source)] == ["1", "3"]


def test_a_quote_that_is_never_closed_does_not_swallow_rows_silently(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", 'a,b\n1,2\n"3,4\n5,6\n')
    assert [bad.row for bad in source.quarantined] == ["rows:a.csv:3"]
    assert "unexpected end of data" in source.quarantined[0].error


def test_a_file_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", "a,b\n")
    assert (source.rows, source.schema.names) == (0, ["a", "b"])


def test_a_field_may_be_as_long_as_a_document(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", "a\n" + "x" * 500_000 + "\n")
    assert len(rows_of(source)[0]["a"]) == 500_000


def test_tabs_and_marks_and_compression_are_understood(tmp_path: Path) -> None:
    packed = gzip.compress("\ufeffa\tb\n1,5\t2\n".encode())
    source = opened(tmp_path / "a.tsv.gz", packed)
    assert rows_of(source) == [{ROW_ID: "rows:a.tsv.gz:2", "a": "1,5", "b": "2"}]


def test_columns_without_a_name_are_numbered(tmp_path: Path) -> None:
    assert opened(tmp_path / "a.csv", ",b\n1,2\n").schema.names == ["column_1", "b"]


@pytest.mark.parametrize("header", [b"a,a\n1,2\n", b'"a"b,c\n1,2\n', b"\xff,c\n1,2\n"])
def test_a_header_that_cannot_be_used_is_an_error(tmp_path: Path, header: bytes) -> None:
    with pytest.raises(UserError, match=r"header of a\.csv"):
        opened(tmp_path / "a.csv", header)
