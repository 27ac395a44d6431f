"""The folder in which runs work: who holds it, and what nobody needs any more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from .stage import PARTIAL

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"


class WorkFolder:
    """A folder that a run shares with others for as long as it works there."""

    def __init__(self, folder: Path, descriptor: int | None) -> None:
        self.stages = folder / "stages"
        self._journals = folder / "journals"
        self._descriptor = descriptor

    def remove_all_but(self, used: Collection[str]) -> None:
        """Remove the stages that a finished run has not ``used``, and the journals, of which it needs none any more.

        Where another run holds the folder too, everything stays.
        """
        if self._descriptor is None or not _locked(self._descriptor, shared=False):
            return
        for place in (self.stages, self._journals):
            for entry in sorted(place.iterdir()) if place.is_dir() else ():
                if entry.name not in used:
                    _remove(entry)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)


@contextmanager
def working(folder: Path) -> Iterator[WorkFolder]:
    """Hold a folder together with other runs. The lock goes with the process, also with one that is killed.

    What killed runs have begun there is removed, unless another run may be at it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if _locked(descriptor, shared=False):
            for begun in (folder / "stages").glob(f"*{PARTIAL}"):
                _remove(begun)
        yield WorkFolder(folder, descriptor if _locked(descriptor, shared=True) else None)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, *, shared: bool) -> bool:
    """Take the lock, with others or at once alone; where files cannot be locked, nobody gets it and nothing is removed."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
