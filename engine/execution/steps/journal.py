"""The journal of a model step: every answer of its operator, kept as soon as it is there, so that none is asked for twice."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...disk_errors import writing_to
from ...errors import UserError

_FILE = "answers.sqlite"


class Journal:
    """Answers as text by the hash of what was asked, in a folder that is made when the first one is kept.

    It lives in one thread. An answer is safe from the end of the process once ``keep`` returns.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: sqlite3.Connection | None = None
        self._kept = (folder / _FILE).exists()

    def find(self, question: bytes) -> str | None:
        """Return the answer to a question, or ``None``."""
        if not self._kept:
            return None
        with self._speaking_of_the_run():
            found = self._opened().execute("select answer from answers where question = ?", (question,)).fetchone()
        return None if found is None else str(found[0])

    def keep(self, question: bytes, answer: str) -> None:
        """Keep an answer; raises ``UserError`` where the disk does not take it."""
        with self._speaking_of_the_run():
            self._opened().execute("insert or ignore into answers values (?, ?)", (question, answer))
        self._kept = True

    def close(self) -> None:
        """Close the file; what it holds stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Remove the journal; its step is done."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _speaking_of_the_run(self) -> Iterator[None]:
        """An error of the file is one of the run, never of the row whose answer it is about."""
        with writing_to(self._folder):
            try:
                yield
            except sqlite3.Error as error:
                raise UserError(
                    f"The answers of models cannot be kept in {self._folder}.",
                    f"{error}.",
                    "Check that the disk has space and is sound, then give the same command again.",
                ) from error

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = _open(self._folder / _FILE)
        return self._file


def _open(path: Path) -> sqlite3.Connection:
    """Open the file; one that a power cut has spoilt is begun anew."""
    try:
        return _prepared(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for spoilt in path.parent.glob(f"{path.name}*"):
            spoilt.unlink()
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        file.execute("pragma journal_mode = wal")
        file.execute("pragma synchronous = normal")
        file.execute("create table if not exists answers (question blob primary key, answer text) without rowid")
    except sqlite3.DatabaseError:
        file.close()
        raise
    return file
