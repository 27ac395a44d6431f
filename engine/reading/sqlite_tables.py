"""SQLite: the rows of one table or view. The database is opened read-only, and nothing is ever written beside it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pyarrow as pa

from ..errors import UserError, did_you_mean
from .format import InputFile, Piece, Record, RecordFormat, Scan
from .observed import Observed
from .parts import PART
from .shape import Shape

SQLITE_SUFFIXES = (".sqlite", ".sqlite3", ".db")
_LOG = "-wal"
_MAGIC = b"SQLite format 3\0"
_HOT_JOURNAL = bytes.fromhex("d9d505f920a163d7")
_ROWID_NAMES = ("rowid", "_rowid_", "oid")
_INVALID = object()


class SqliteTables(RecordFormat):
    """Reads the table that the input's name ends in (``shop.sqlite::orders``).

    A record's number is its rowid where the table has positive ones, else its position. Every value has the type in which it is
    stored; the declared type of a column plays no part, because SQLite does not hold values to it.
    """

    suffixes = SQLITE_SUFFIXES
    compressible = False

    def scan(self, file: InputFile, columns: Observed) -> Scan:
        """Read every row; a table without rows keeps its columns."""
        with _opened(file.path, file.name) as database:
            for name in _columns(database, _table(file)):
                columns.see_field(name, pa.null())
        return super().scan(file, columns)

    def records(self, file: InputFile) -> Iterator[Record]:
        """Yield a record per row; one with text that is not valid Unicode is bad."""
        with _opened(file.path, file.name) as database:
            cursor = database.execute(_query(database, _table(file)))
            names = [column[0] for column in cursor.description[1:]]
            for position, (rowid, *values) in enumerate(cursor, start=1):
                number = position if rowid is None else rowid
                if any(value is _INVALID for value in values):
                    yield Record(number, "invalid Unicode", 0)
                else:
                    yield Record(number, dict(zip(names, values, strict=True)), _size(values))


class SqliteLog:
    """The write-ahead log beside a database: its rows are read with the database, and its content counts for the identity."""

    suffixes = tuple(suffix + _LOG for suffix in SQLITE_SUFFIXES)
    content: Literal["data", "text"] = "data"
    compressible = False

    def scan(self, file: InputFile, columns: Observed) -> Scan:
        """Find nothing."""
        return Scan()

    def read(self, file: InputFile, shapes: Mapping[str, Shape], bad: Collection[int]) -> Iterator[Piece]:
        """Yield nothing."""
        return iter(())


def sqlite_inputs(file: InputFile, table: str | None) -> list[InputFile]:
    """Return a database as input: its ``table`` (the only one, when none is named), and its write-ahead log if it has one.

    Raises ``UserError`` when the table has to be named or is not there, and for a file that is no database.
    """
    with _opened(file.path, file.name) as database:
        chosen = _chosen(_tables(database), table, file.name)
    log = file.path.with_name(file.path.name + _LOG)
    logs = [InputFile(log, file.name + _LOG)] if log.is_file() and log.stat().st_size else []
    return [InputFile(file.path, f"{file.name}{PART}{chosen}"), *logs]


def is_database(path: Path) -> bool:
    """Say whether the file begins like a SQLite database, or is empty and named like one."""
    with path.open("rb") as file:
        magic = file.read(len(_MAGIC))
    return magic == _MAGIC or (not magic and path.suffix.lower() != ".db")


def _chosen(tables: Mapping[str, str], named: str | None, file: str) -> str:
    if named is not None:
        found = next((name for name in tables if name.casefold() == named.casefold()), None)
        if found is None:
            raise UserError(f"{file} has no table `{named}`.", fix=did_you_mean(named, tables))
        return found
    own = [name for name, kind in tables.items() if kind == "table"] or list(tables)
    if len(own) != 1:
        listed = ", ".join(f"`{name}`" for name in tables)
        raise UserError(
            f"{file} has {len(own)} tables." if own else f"{file} has no tables.",
            f"They are: {listed}." if own else "",
            f"Name one: `{file}{PART}{own[0]}`." if own else "Check that it is the right file.",
        )
    return own[0]


@contextmanager
def _opened(path: Path, name: str) -> Iterator[sqlite3.Connection]:
    _refuse_hot_journal(path, name)
    try:
        with _place(path) as uri, closing(sqlite3.connect(uri, uri=True)) as database:
            database.text_factory = _text
            yield database
    except sqlite3.DatabaseError as error:
        raise UserError(
            f"{name} is not a SQLite database, or it is encrypted or damaged.",
            f"{error}.",
            "Check the file, or export its table to CSV with the program that wrote it.",
        ) from error


@contextmanager
def _place(path: Path) -> Iterator[str]:
    """Where to open the database: as it is, or a copy with its log, because reading a log writes beside it."""
    log = path.with_name(path.name + _LOG)
    if not (log.is_file() and log.stat().st_size):
        yield f"file:{quote(os.fsencode(path.absolute()))}?mode=ro&immutable=1"
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(copy.name + _LOG))
        yield f"file:{quote(str(copy))}"


def _refuse_hot_journal(path: Path, name: str) -> None:
    journal = path.with_name(f"{path.name}-journal")
    if not journal.is_file():
        return
    with journal.open("rb") as file:
        if file.read(len(_HOT_JOURNAL)) == _HOT_JOURNAL:
            raise UserError(
                f"{name} is in the middle of a change.",
                f"{journal.name} beside it says that the program which writes it is at work or was stopped.",
                f"Wait for it, or open {name} once with that program, then run again.",
            )


def _tables(database: sqlite3.Connection) -> dict[str, str]:
    """The tables and views by name, with what they are."""
    query = "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return dict(database.execute(f"{query} ORDER BY rowid"))


def _table(file: InputFile) -> str:
    return file.name.rpartition(PART)[2]


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [column[0] for column in database.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0").description]


def _query(database: sqlite3.Connection, table: str) -> str:
    rowid = _rowid(database, table)
    ordered = f" ORDER BY {rowid}" if rowid else ""
    return f"SELECT {rowid or 'NULL'}, * FROM {_quoted(table)}{ordered}"


def _rowid(database: sqlite3.Connection, table: str) -> str | None:
    """A name under which the table has rowids, all positive, that no column of its own hides."""
    if _tables(database)[table] != "table":
        return None
    taken = {name.casefold() for name in _columns(database, table)}
    free = next((name for name in _ROWID_NAMES if name not in taken), None)
    if free is None:
        return None
    try:
        [lowest] = database.execute(f"SELECT min({free}) FROM {_quoted(table)}").fetchone()
    except sqlite3.OperationalError:
        return None
    return free if lowest is None or lowest > 0 else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return _INVALID


def _size(values: list[Any]) -> int:
    return sum(len(value) if isinstance(value, str | bytes) else 8 for value in values)
