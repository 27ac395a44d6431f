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

import numpy as np

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
        with contextlib.ExitStack() as opened:
            use = os.open(folder / _IN_USE, os.O_RDONLY)
            opened.callback(os.close, use)
            fcntl.flock(use, fcntl.LOCK_SH)
            client = opened.enter_context(contextlib.closing(_client(folder)))
            self._collection = client.get_collection(_COLLECTION, embedding_function=None)
            self.about: Mapping[str, Any] = self._collection.metadata or {}
            everything = self._collection.get(include=["embeddings"])
            self._position = {name: position for position, name in enumerate(everything["ids"])}
            self._vectors = np.asarray(everything["embeddings"], dtype=np.float32)
            self._opened = opened.pop_all()

    def similarities(self, vector: Vectors, where: Mapping[str, Any] | None) -> dict[str, float]:
        """Return the cosine similarity of each document that passes ``where``, by name."""
        # Chroma filters; its nearest-neighbour graph is approximate and was seen to miss a quarter of 400 documents.
        passing = self._collection.get(where=dict(where), include=[])["ids"] if where else list(self._position)
        positions = [self._position[name] for name in passing]
        return dict(zip(passing, (self._vectors[positions] @ vector).tolist(), strict=True)) if positions else {}

    def close(self) -> None:
        """Let go of the folder."""
        self._opened.close()


def build(folder: Path, documents: Sequence[OperatorDocument], vectors: Vectors, about: Mapping[str, Any]) -> None:
    """Make the collection in the empty ``folder``. ``about`` is stored with it."""
    with contextlib.closing(_client(folder)) as client:
        collection = client.create_collection(
            _COLLECTION,
            metadata=dict(about),
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
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
