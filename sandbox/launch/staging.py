"""The folder of one job on this side of the wall: what goes in, and in the tier without namespaces what comes out."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .identity import outside_user


class Staging:
    """A new private folder with ``in`` (read-only inside), ``out`` and ``tmp``; it belongs to the user that the code runs as."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="corpusmith-"))
        self.user = outside_user()
        for name in ("in", "out", "tmp"):
            (self.root / name).mkdir(mode=0o700)
        self._give_away(self.root, *self.root.iterdir())

    @property
    def script(self) -> Path:
        """Where the script lies."""
        return self.root / "script.py"

    def put(self, script: str, inputs: Mapping[str, bytes | Path]) -> None:
        """Write the script, and copies of the inputs by their names, in which a slash makes a folder."""
        self.script.write_text(script, encoding="utf-8")
        for name, content in inputs.items():
            target = self.root / "in" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                shutil.copyfile(content, target)
        self._give_away(self.script, *(self.root / "in").rglob("*"))

    def remove(self) -> None:
        """Remove everything, however deep and under whatever permissions; nothing may be running in it any more."""
        remove_tree(self.root)

    def _give_away(self, *paths: Path) -> None:
        if self.user != os.geteuid():
            for path in paths:
                os.chown(path, self.user, self.user)


def remove_tree(top: Path) -> None:
    """Remove a folder that hostile code filled: without recursion, following no link."""
    fresh = 0
    while folders := list(_emptied_of_files(top)):
        for folder in folders:
            for inner in _emptied_of_files(folder):
                fresh += 1
                inner.rename(top / f".{fresh}-{os.urandom(8).hex()}")
            folder.rmdir()
    top.rmdir()


def _emptied_of_files(folder: Path) -> list[Path]:
    """Delete all but the folders in ``folder``, and return these, made accessible."""
    folders = []
    for path in list(folder.iterdir()):
        if stat.S_ISDIR(path.lstat().st_mode):
            path.chmod(0o700)
            folders.append(path)
        else:
            path.unlink()
    return folders
