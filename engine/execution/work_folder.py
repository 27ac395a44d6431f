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
        self._descriptor = descriptor

    def remove_stages_but(self, used: Collection[str]) -> None:
        """Remove the stages that are not ``used``, finished or begun, unless another run holds the folder too."""
        if self._descriptor is None or not self.stages.is_dir() or not self._is_alone(self._descriptor):
            return
        for entry in sorted(self.stages.iterdir()):
            if entry.name in used:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)

    @staticmethod
    def _is_alone(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


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
