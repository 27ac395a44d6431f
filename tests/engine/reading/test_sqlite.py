"""SQLite tables: which one is read, what its values become, and that the file is never touched."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.errors import UserError
from corpusmith.engine.reading import Source, open_source


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as opened:
        for statement in statements:
            opened.execute(statement)
        opened.commit()
    return path


def rows_of(source: Source) -> list[dict[str, Any]]:
    return [row for batch in source.batches() for row in batch.to_pylist()]


def table(path: Path, name: str) -> Path:
    return Path(f"{path}::{name}")


@pytest.mark.parametrize("suffix", ["sqlite", "sqlite3", "db"])
def test_the_only_table_is_read_and_rows_are_known_by_rowid(tmp_path: Path, suffix: str) -> None:
    path = database(
        tmp_path / f"a.{suffix}",
        "CREATE TABLE docs (id TEXT, n INTEGER, x REAL)",
        "INSERT INTO docs (rowid, id, n, x) VALUES (9, '007', 9223372036854775807, 1.5), (4, 'é', NULL, 2)",
    )
    source = open_source([path])
    assert rows_of(source) == [
        {ROW_ID: f"rows:a.{suffix}::docs:4", "id": "é", "n": None, "x": 2.0},
        {ROW_ID: f"rows:a.{suffix}::docs:9", "id": "007", "n": 2**63 - 1, "x": 1.5},
    ]
    assert source.notes == []


def test_values_have_the_type_in_which_they_are_stored(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE t (declared INTEGER, mixed, bytes BLOB, none TEXT)",
        "INSERT INTO t VALUES ('x', 1, x'ff00', NULL), ('y', 'a', x'', NULL), ('z', 2.5, NULL, NULL)",
    )
    source = open_source([path])
    assert source.schema.types == [pa.string(), pa.string(), pa.binary(), pa.string()]
    assert [row["mixed"] for row in rows_of(source)] == ["1", '"a"', "2.5"]
    assert [row["bytes"] for row in rows_of(source)] == [b"\xff\x00", b"", None]
    assert "`mixed` holds mixed types (integer, number, text)" in source.notes[0]


def test_one_of_several_tables_has_to_be_named(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE first (x)", "CREATE TABLE second (y)")
    with pytest.raises(UserError, match="2 tables") as caught:
        open_source([path])
    assert "`first`, `second`" in caught.value.why
    assert "a.db::first" in caught.value.fix
    assert open_source([table(path, "second")]).schema.names == ["y"]
    assert open_source([table(path, "FIRST")]).schema.names == ["x"]
    with pytest.raises(UserError, match=r"no table `secnd`.*Did you mean `second`"):
        open_source([table(path, "secnd")])


def test_a_view_is_read_by_name_and_does_not_count_as_a_table(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE t (x)",
        "INSERT INTO t VALUES (3), (1)",
        "CREATE VIEW sorted AS SELECT x * 10 AS ten FROM t ORDER BY x",
    )
    assert [row["x"] for row in rows_of(open_source([path]))] == [3, 1]
    assert rows_of(open_source([table(path, "sorted")])) == [
        {ROW_ID: "rows:a.db::sorted:1", "ten": 10},
        {ROW_ID: "rows:a.db::sorted:2", "ten": 30},
    ]


@pytest.mark.parametrize(
    "create",
    [
        "CREATE TABLE t (x INTEGER PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE t (rowid, oid, _rowid_, x)",
        "CREATE TABLE t (x INTEGER PRIMARY KEY)",
    ],
)
def test_rows_without_positive_rowids_are_known_by_position(tmp_path: Path, create: str) -> None:
    path = database(tmp_path / "a.db", create, "INSERT INTO t (x) VALUES (-5), (6)")
    assert [(row[ROW_ID], row["x"]) for row in rows_of(open_source([path]))] == [
        ("rows:a.db::t:1", -5),
        ("rows:a.db::t:2", 6),
    ]


def test_names_that_need_quotes_are_quoted(tmp_path: Path) -> None:
    path = database(tmp_path / "a b.db", 'CREATE TABLE "a ""b"" c" ("d ""e""")', 'INSERT INTO "a ""b"" c" VALUES (1)')
    assert rows_of(open_source([path])) == [{ROW_ID: 'rows:a b.db::a "b" c:1', 'd "e"': 1}]


@pytest.mark.parametrize("name", ["a?b#c%20.db", "a&mode=rwc.db", "é.db"])
def test_any_file_name_is_opened_as_it_is(tmp_path: Path, name: str) -> None:
    path = database(tmp_path / name, "CREATE TABLE t (x)", "INSERT INTO t VALUES (1)")
    assert open_source([path]).rows == 1
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_text_that_is_not_valid_unicode_is_quarantined(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (x)", "INSERT INTO t VALUES ('a'), (CAST(x'ff' AS TEXT)), ('b')")
    source = open_source([path], max_bad_share=0.5)
    assert source.quarantined == [("rows:a.db::t:2", "read", "invalid Unicode")]
    assert [row["x"] for row in rows_of(source)] == ["a", "b"]


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    source = open_source([database(tmp_path / "a.db", "CREATE TABLE t (x INTEGER, y)")])
    assert (source.rows, source.schema.names, source.notes) == (0, ["x", "y"], [])


def test_rows_that_lie_in_the_write_ahead_log_are_read_and_nothing_is_written(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "live.db")) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("CREATE TABLE t (x)")
        live.execute("INSERT INTO t VALUES (1)")
        live.commit()
        (tmp_path / "copy").mkdir()
        for path in (tmp_path / "live.db", tmp_path / "live.db-wal"):
            shutil.copy(path, tmp_path / "copy" / path.name)
    folder = tmp_path / "copy"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    source = open_source([folder / "live.db"])
    assert [row["x"] for row in rows_of(source)] == [1]
    assert [row["x"] for row in rows_of(open_source([folder]))] == [1]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with (folder / "live.db-wal").open("ab") as log:
        log.write(b"more")
    with pytest.raises(UserError, match="changed"):
        list(source.batches())


def test_a_database_in_the_middle_of_a_change_is_refused(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (x)")
    (tmp_path / "a.db-journal").write_bytes(bytes.fromhex("d9d505f920a163d7") + b"\0" * 504)
    with pytest.raises(UserError, match="middle of a change"):
        open_source([path])


@pytest.mark.parametrize("damage", ["garbage", "cut off", "empty"])
def test_a_file_that_is_no_whole_database_is_an_error_that_names_it(tmp_path: Path, damage: str) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE t (x)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) "
        "INSERT INTO t SELECT hex(randomblob(50)) FROM n",
    )
    content = path.read_bytes()
    path.write_bytes({"garbage": b"\1garbage" * 999, "cut off": content[: len(content) // 2], "empty": b""}[damage])
    with pytest.raises(UserError, match=r"a\.db (is not a SQLite database|has no tables)"):
        open_source([path])


def test_a_table_given_twice_is_refused_and_two_tables_are_not(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (x)", "CREATE TABLE u (x)", "INSERT INTO u VALUES (1)")
    assert open_source([table(path, "t"), table(path, "u")]).rows == 1
    with pytest.raises(UserError, match="given twice"):
        open_source([table(path, "t"), table(path, "T")])


def test_a_real_database_is_read_whole(eval_data: Path) -> None:
    [path] = sorted((eval_data / "chinook").rglob("*.sqlite"))[:1] or [None]
    if path is None:
        pytest.skip("there is no SQLite file in the folder of real data")
    with closing(sqlite3.connect(path)) as opened:
        [name, count] = opened.execute("SELECT 'Track', count(*) FROM Track").fetchone()
    assert open_source([table(path, name)]).rows == count
