"""Files and folders that take the place of others for good: after a power cut there is the old one or the new one."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from ..disk_errors import writing_to

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(partial: Path, path: Path) -> None:
    """Move a complete file to its place, replacing what is there."""
    sync(partial)
    partial.replace(path)
    sync(path.parent)


def write_whole(path: Path, blocks: Iterable[bytes]) -> None:
    """Write ``blocks`` to ``path``, replacing the file there only when all are written.

    Raises ``UserError`` when the disk is full or refuses.
    """
    partial = path.with_name(f".{path.name}.partial")
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as file:
                file.writelines(blocks)
            replace_file(partial, path)
        finally:
            partial.unlink(missing_ok=True)


def replace_folder(partial: Path, folder: Path) -> None:
    """Move a complete folder, whose files are on the disk, to its place, replacing the one that is there."""
    for inner in (path for path in partial.rglob("*") if path.is_dir()):
        sync(inner)
    sync(partial)
    if not folder.exists():
        partial.rename(folder)
    elif _exchanged(partial, folder):
        sync(folder.parent)
        shutil.rmtree(partial, ignore_errors=True)
    else:
        _replace_in_two_steps(partial, folder)
    sync(folder.parent)


def restore_folder(folder: Path) -> None:
    """Put the old folder back where a replacement in two steps was cut off between them."""
    if not folder.exists() and _set_aside(folder).exists():
        _set_aside(folder).rename(folder)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places at once, and say whether the system can do that."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0


def _replace_in_two_steps(partial: Path, folder: Path) -> None:
    aside = _set_aside(folder)
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    try:
        partial.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _set_aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.replaced")
