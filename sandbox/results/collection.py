"""Copies results with fixed names from the folder of confined code, following no link and opening nothing that could wait."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..outcome import Outcome
from .contents import ContentCaps, RefusedContentError, assert_content

_CHUNK = 1 << 20
_MOST_NAMES = 1000


@dataclass(frozen=True)
class Wanted:
    """Which results are taken: those with these ``names``, all of which must be there, or every one if that is ``None``."""

    names: tuple[str, ...] | None = ()
    max_bytes: int = 256 << 20
    """Of one file."""
    caps: ContentCaps = field(default_factory=ContentCaps)


@dataclass(frozen=True)
class Collected:
    """A result, copied to a place that the code never saw."""

    name: str
    path: Path
    size: int
    sha256: str


class RefusedResultError(Exception):
    """The results are not taken; ``outcome`` and ``str`` say why."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


def collect(folder: int, wanted: Wanted, into: Path) -> list[Collected]:
    """Copy the wanted results of an open folder ``into`` another; raises ``RefusedResultError``, and then takes none.

    A name that is no ordinary file with one name is refused (outcome ``policy``); a missing, too large or malformed one is not
    what was asked for (outcome ``output``).
    """
    names = _names(folder) if wanted.names is None else wanted.names
    try:
        return [_taken(folder, name, wanted, into / name) for name in names]
    except RefusedResultError:
        for name in names:
            (into / name).unlink(missing_ok=True)
        raise


def _taken(folder: int, name: str, wanted: Wanted, target: Path) -> Collected:
    copied = _copied(folder, name, wanted.max_bytes, target)
    try:
        assert_content(target, wanted.caps)
    except RefusedContentError as error:
        raise RefusedResultError("output", f"`{name}`: {error}") from error
    return copied


def _names(folder: int) -> Sequence[str]:
    names = sorted(os.listdir(folder))
    if len(names) > _MOST_NAMES:
        raise RefusedResultError("output", f"it left {len(names):,} results, and {_MOST_NAMES:,} are taken")
    if odd := [name for name in names if not name.isprintable() or name.startswith(".")]:
        raise RefusedResultError("policy", f"it left a result with an odd name: {odd[0]!r}")
    return names


def _copied(folder: int, name: str, most: int, target: Path) -> Collected:
    try:
        source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        raise RefusedResultError("output", f"it left no `{name}`") from None
    except OSError as error:  # a link, a socket, or a file without permissions
        raise RefusedResultError("policy", f"`{name}` is no ordinary file ({os.strerror(error.errno or 0)})") from None
    try:
        seen = os.fstat(source)
        if not stat.S_ISREG(seen.st_mode):
            raise RefusedResultError("policy", f"`{name}` is no ordinary file")
        if seen.st_nlink != 1:
            raise RefusedResultError("policy", f"`{name}` has {seen.st_nlink} names")
        if seen.st_size > most:
            raise RefusedResultError("output", f"`{name}` has {seen.st_size:,} bytes, and {most:,} are taken")
        digest, size = hashlib.sha256(), 0
        with target.open("xb") as copy:
            for piece in _pieces(source, seen.st_size):
                digest.update(piece)
                size += copy.write(piece)
    finally:
        os.close(source)
    return Collected(name, target, size, digest.hexdigest())


def _pieces(source: int, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := os.read(source, min(_CHUNK, size))):
        size -= len(piece)
        yield piece


def named(names: Sequence[str]) -> tuple[str, ...]:
    """Return ``names`` when each is a plain name of a file; raises ``ValueError`` for any other."""
    for name in names:
        if not name or "/" in name or name in (".", "..") or not name.isprintable():
            raise ValueError(f"{name!r} is no plain name for a result.")
    return tuple(names)
