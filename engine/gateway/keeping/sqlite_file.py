"""Opens the gateway's SQLite files, and says in a person's words when one cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...disk_errors import working_in, writing_to
from ...errors import UserError

_WAIT_FOR_OTHERS_S = 60.0


def opened(path: Path, schema: str) -> sqlite3.Connection:
    """Return a connection that several threads and processes may write through; a commit outlives the process.

    A write-ahead log needs no ``fsync`` for that, only for a power cut, which may cost the newest answers but no older.
    """
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with using(path):
        connection = sqlite3.connect(path, timeout=_WAIT_FOR_OTHERS_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(schema)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Raise ``UserError`` where SQLite cannot read or write ``path``."""
    try:
        with working_in(path.parent):
            yield
    except sqlite3.Error as error:
        raise UserError(
            f"{path} cannot be used.",
            f"{error}.",
            "Free space or mend its permissions; a damaged file can be moved away.",
        ) from error
