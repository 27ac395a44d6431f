"""How much lies in the folders that count against the quota."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_DEEPEST = 64
_ENDLESS = 1 << 62


class Used(NamedTuple):
    """Bytes and entries that are in use."""

    size: int
    files: int


def used_of_mount(folder: int) -> Used:
    """Return what is used of the file system of an open folder: exact, at once, and with files that have no name any more."""
    told = os.fstatvfs(folder)
    return Used((told.f_blocks - told.f_bfree) * told.f_frsize, told.f_files - told.f_ffree)


def used_of_tree(folder: int) -> Used:
    """Return what lies below an open folder, following no link; folders nested beyond all reason count as endless."""
    sizes = list(_sizes(folder, _DEEPEST))
    return Used(sum(sizes), len(sizes))


def used_of_nameless(process: int) -> Used:
    """Return what a process holds, open or mapped, of files that have no name any more."""
    sizes = _mapped_nameless(process)
    with suppress(OSError), os.scandir(f"/proc/{process}/fd") as descriptors:
        for descriptor in descriptors:
            with suppress(OSError):
                seen = Path(descriptor.path).stat()
                if stat.S_ISREG(seen.st_mode) and seen.st_nlink == 0:
                    sizes[seen.st_ino] = max(sizes.get(seen.st_ino, 0), seen.st_blocks * 512)
    return Used(sum(sizes.values()), len(sizes))


def _mapped_nameless(process: int) -> dict[int, int]:
    sizes: dict[int, int] = {}
    with suppress(OSError):
        for line in Path(f"/proc/{process}/maps").read_bytes().splitlines():
            if line.endswith(b" (deleted)") and b"/dev/zero" not in line:
                addresses, _, _, _, inode, _ = line.split(maxsplit=5)
                start, _, end = addresses.partition(b"-")
                sizes[int(inode)] = sizes.get(int(inode), 0) + int(end, 16) - int(start, 16)
    return sizes


def _sizes(folder: int, depth: int) -> Iterator[int]:
    if depth == 0:
        yield _ENDLESS
        return
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                yield entry.stat(follow_symlinks=False).st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes_below(folder, entry.name, depth)


def _sizes_below(folder: int, name: str, depth: int) -> Iterator[int]:
    inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield from _sizes(inner, depth - 1)
    finally:
        os.close(inner)
