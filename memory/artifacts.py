"""Artifacts by the hash of their content, as files."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from ..engine.errors import UserError

_HASH = re.compile(r"[0-9a-f]{64}")


class FolderStore:
    """A ``Store`` in a folder: one file per content, named by its SHA-256, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its hash. What is kept already is left alone, unless it is damaged."""
        content_hash = hashlib.sha256(content).hexdigest()
        path = self._path(content_hash)
        if not (path.exists() and path.read_bytes() == content):
            _write_whole(path, content)
        return content_hash

    def get(self, content_hash: str) -> bytes:
        """Return the content with this hash.

        Raises ``KeyError`` when it is not kept, and ``UserError`` when the file no longer has the content it had.
        """
        if not _HASH.fullmatch(content_hash):
            raise KeyError(content_hash)
        path = self._path(content_hash)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise KeyError(content_hash) from None
        if hashlib.sha256(content).hexdigest() != content_hash:
            raise UserError(f"The stored file {path} is damaged.", "Its content no longer has its hash.", "Delete it.")
        return content

    def _path(self, content_hash: str) -> Path:
        return self._folder / content_hash[:2] / content_hash


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
