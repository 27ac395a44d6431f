"""Gives up root before anything else: ``python -I -m corpusmith.sandbox.launch.descent UID PATHS COMMAND...``.

Paths that an ordinary user could not reach, such as an interpreter in root's own home, are kept in reach under their own
names: in a mount namespace of this process alone, the folder that bars the way is covered by an empty one, and nothing but
those paths is bound into it. ``PATHS`` is a JSON list.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .. import kernel

_NEW_MOUNT_NAMESPACE = 0x00020000
_BIND, _RECURSIVE, _PRIVATE, _NO_SETUID = 4096, 16384, 1 << 18, 2


def descend(uid: int, paths: list[str], command: list[str]) -> None:
    """Become ``uid``, without groups and capabilities, and run ``command`` in this process's place."""
    barred = dict(_barred(paths))
    if barred:
        kernel.unshare(_NEW_MOUNT_NAMESPACE)
        kernel.mount("none", "/", "", _RECURSIVE | _PRIVATE)
        for bar in _outermost(set(barred.values())):
            _cover(bar, [path for path, by in barred.items() if _is_below(by, bar)])
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.umask(0o077)
    os.execv(command[0], command)


def _barred(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path that others cannot reach, with the first folder on the way that bars them."""
    for path in paths:
        for parent in reversed(Path(path).parents):
            if not stat.S_IMODE(parent.stat().st_mode) & stat.S_IXOTH:
                yield path, str(parent)
                break


def _outermost(bars: set[str]) -> set[str]:
    return {bar for bar in bars if not any(bar != other and _is_below(bar, other) for other in bars)}


def _cover(bar: str, paths: list[str]) -> None:
    kept = [(path, os.open(path, os.O_PATH)) for path in sorted(paths)]
    kernel.mount("tmpfs", bar, "tmpfs", _NO_SETUID, "mode=0755,size=1m")
    for path, place in kept:
        _bind(f"/proc/self/fd/{place}", path)
        os.close(place)


def _bind(source: str, path: str) -> None:
    target = Path(path)
    if target.exists():
        return  # it lies below a path that is bound already
    target.parent.mkdir(parents=True, exist_ok=True)
    if Path(source).is_dir():
        target.mkdir()
    else:
        target.touch()
    kernel.mount(source, path, "", _BIND | _RECURSIVE)


def _is_below(path: str, folder: str) -> bool:
    return Path(path).is_relative_to(folder)


if __name__ == "__main__":
    descend(int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:])
