"""The vectors on disk: one Chroma collection in a folder that is built once and never changed.

Chroma is imported on first use, never asked to embed anything, and its telemetry is switched off.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .documents import OperatorDocument
from .embedder import Vectors

if TYPE_CHECKING:
    from chromadb.api.client import Client

_COLLECTION = "operators"
_IN_USE = "in_use.lock"


class StoredVectors:
    """An open collection: vectors of documents with the metadata to filter by. Several processes may have it open."""

    def __init__(self, folder: Path) -> None:
        """Open the collection in ``folder``; raises whatever Chroma raises when it cannot be read."""
        self._use = os.open(folder / _IN_USE, os.O_RDONLY)
        fcntl.flock(self._use, fcntl.LOCK_SH)
        self._client = _client(folder)
        self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
        self.about: Mapping[str, Any] = self._collection.metadata or {}
        self._count = self._collection.count()

    def similarities(self, vector: Vectors, where: Mapping[str, Any] | None) -> dict[str, float]:
        """Return the cosine similarity of each document that passes ``where``, by name."""
        if not self._count:
            return {}
        found = self._collection.query(
            query_embeddings=[vector.tolist()],
            n_results=self._count,
            where=dict(where) if where else None,
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return {name: 1.0 - float(distance) for name, distance in zip(found["ids"][0], distances[0], strict=True)}

    def close(self) -> None:
        """Let go of the folder."""
        self._client.close()
        os.close(self._use)


def build(folder: Path, documents: Sequence[OperatorDocument], vectors: Vectors, about: Mapping[str, Any]) -> None:
    """Make the collection in the empty ``folder``. ``about`` is stored with it."""
    with contextlib.closing(_client(folder)) as client:
        collection = client.create_collection(
            _COLLECTION,
            metadata=dict(about),
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": max(100, 2 * len(documents))}},
        )
        if documents:
            collection.add(
                ids=[document.name for document in documents],
                embeddings=vectors.tolist(),
                documents=[document.text for document in documents],
                metadatas=[document.metadata for document in documents],
            )
    (folder / _IN_USE).touch()


def remove_unused(folder: Path) -> None:
    """Remove a collection, unless a process has it open."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(folder / _IN_USE, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(descriptor)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def building(folder: Path) -> Iterator[None]:
    """Hold the right to build in ``folder``; other processes wait."""
    descriptor = os.open(folder / "build.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _client(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    return cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
