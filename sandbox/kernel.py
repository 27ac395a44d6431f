"""What Python's standard library does not offer of the kernel: Landlock, seccomp, namespaces, mounts. Linux on x86-64 only."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
_SECCOMP, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 317, 444, 445, 446
_SECCOMP_SET_MODE_FILTER, _SECCOMP_ALL_THREADS = 1, 1
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38

READ_FILES = 1 << 0 | 1 << 2 | 1 << 3
"""Landlock's rights to execute, to read files and to list folders."""
WRITE_FILES = READ_FILES | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 14
"""And to write, cut, make and remove ordinary files and folders; no link, FIFO, socket or device."""
_ON_A_FILE = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14
_ALL_FILE_RIGHTS, _ALL_NETWORK_RIGHTS, _ALL_SCOPES = (1 << 16) - 1, 3, 3


def set_no_new_privileges() -> None:
    """Give up, for good, what setuid programs and file capabilities could give."""
    _checked(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def die_with_parent(signal: int) -> None:
    """Have the kernel send ``signal`` to this process when the thread that started it ends."""
    _checked(_LIBC.prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0), "signal at the parent's death")


def filter_calls(program: bytes) -> None:
    """Hold this process, with all its threads, to a filter of system calls; see ``seccomp``."""
    content = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(content)))
    done = _LIBC.syscall(_SECCOMP, _SECCOMP_SET_MODE_FILTER, _SECCOMP_ALL_THREADS, head)
    _checked(done, "seccomp")


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Hold this process to files below ``readable`` and ``writable``, to no TCP port, and to signals and sockets of its own.

    Paths that do not exist are left out. Landlock, ABI 6.
    """
    rights = struct.pack("<QQQ", _ALL_FILE_RIGHTS, _ALL_NETWORK_RIGHTS, _ALL_SCOPES)
    ruleset = _checked(_LIBC.syscall(_LANDLOCK_CREATE, rights, len(rights), 0), "Landlock")
    try:
        for paths, wanted in ((readable, READ_FILES), (writable, WRITE_FILES)):
            for path in paths:
                _allow(ruleset, path, wanted)
        _checked(_LIBC.syscall(_LANDLOCK_RESTRICT, ruleset, 0), "Landlock")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        is_folder = os.path.isdir(f"/proc/self/fd/{place}")  # noqa: PTH112  (pathlib costs 5 ms of every start)
        rule = struct.pack("<Qi", rights if is_folder else rights & _ON_A_FILE, place)
        _checked(_LIBC.syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0), "Landlock")
    finally:
        os.close(place)


def unshare(flags: int) -> None:
    """Leave namespaces of the parent for new ones."""
    _checked(_LIBC.unshare(flags), "a new namespace")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount something in this process's mount namespace."""
    texts = (text.encode() for text in (source, target, kind))
    _checked(_LIBC.mount(*texts, ctypes.c_ulong(flags), options.encode() or None), "a mount")


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result
