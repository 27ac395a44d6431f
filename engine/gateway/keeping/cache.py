"""The cache of answers on disk, by the content address of their requests, shared by all runs of a workspace."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from ...models import Usage
from ..endpoint.wire import ChatRequest, EmbeddingRequest, WireAnswer
from .sqlite_file import opened, using

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (address BLOB PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (address BLOB PRIMARY KEY, width INTEGER NOT NULL, numbers BLOB NOT NULL);
"""


class KeptAnswers(Protocol):
    """Answers that need no endpoint. A getter returns ``None`` for what is not there."""

    def answer(self, request: ChatRequest, address: str) -> WireAnswer | None:
        """Return the answer to a request."""
        ...

    def vector(self, request: EmbeddingRequest, address: str) -> list[float] | None:
        """Return the vector of a text."""
        ...

    def keep_answer(self, address: str, answer: WireAnswer) -> None:
        """Keep an answer; it is safe when this returns."""
        ...

    def keep_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep vectors by address; they are safe when this returns."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class NothingKept:
    """The cache that is off."""

    def answer(self, request: ChatRequest, address: str) -> WireAnswer | None:
        """Return ``None``."""
        return None

    def vector(self, request: EmbeddingRequest, address: str) -> list[float] | None:
        """Return ``None``."""
        return None

    def keep_answer(self, address: str, answer: WireAnswer) -> None:
        """Keep nothing."""

    def keep_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Do nothing."""


class Cache:
    """Answers in an SQLite file. Every answer is committed on its own, so a killed process loses none that it was given."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = opened(path, _SCHEMA)
        self._lock = threading.Lock()

    def answer(self, request: ChatRequest, address: str) -> WireAnswer | None:
        """Return the answer to a request, or ``None``."""
        row = self._row("SELECT content FROM answers WHERE address = ?", address)
        if row is None:
            return None
        text, finish_reason, usage, model = json.loads(str(row[0]))
        return WireAnswer(text, finish_reason, Usage(*usage), model)

    def vector(self, request: EmbeddingRequest, address: str) -> list[float] | None:
        """Return the vector of a text exactly as it was returned, or ``None``."""
        row = self._row("SELECT numbers, width FROM vectors WHERE address = ?", address)
        if row is None:
            return None
        numbers: list[float] = np.frombuffer(row[0], dtype=f"<f{row[1]}").astype(np.float64).tolist()
        return numbers

    def keep_answer(self, address: str, answer: WireAnswer) -> None:
        """Commit an answer."""
        with self._lock, using(self._path):
            self._file.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?)", (bytes.fromhex(address), json.dumps(answer))
            )

    def keep_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Commit vectors in one go, in four bytes a number where that loses nothing, else in eight."""
        rows = [(bytes.fromhex(address), *_packed(vector)) for address, vector in vectors.items()]
        with self._lock, using(self._path):
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
            self._file.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock, using(self._path):
            self._file.close()

    def _row(self, query: str, address: str) -> tuple[bytes, int] | None:
        with self._lock, using(self._path):
            row: tuple[bytes, int] | None = self._file.execute(query, (bytes.fromhex(address),)).fetchone()
            return row


def _packed(vector: Sequence[float]) -> tuple[int, bytes]:
    numbers = np.asarray(vector, dtype="<f8")
    with np.errstate(over="ignore"):
        short = numbers.astype("<f4")
    exact = np.array_equal(short.astype("<f8"), numbers, equal_nan=True)
    return (4, short.tobytes()) if exact else (8, numbers.tobytes())
