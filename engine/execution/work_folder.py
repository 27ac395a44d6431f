"""The folder in which runs work: who holds it, and what nobody needs any more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # no locks of this kind here: nothing is ever removed
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
        if self._descriptor is None or not self._is_alone(self._descriptor):
            return
        for place in (self.stages, self._journals):
            for entry in sorted(place.iterdir()) if place.is_dir() else ():
                if entry.name not in used:
                    _remove(entry)

    @staticmethod
    def _is_alone(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)


@contextmanager
def working(folder: Path) -> Iterator[WorkFolder]:
    """Hold a folder together with other runs. The lock goes with the process, also with one that is killed."""
    if fcntl is None:
        yield WorkFolder(folder, None)
        return
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield WorkFolder(folder, descriptor)
    finally:
        os.close(descriptor)
