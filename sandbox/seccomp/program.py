"""The filter as a program in classic BPF: an allow-list. Everything else is refused with an error number or ends the process.

* A call of another ABI (32-bit, x32) ends the process: its numbers mean other calls.
* A call of ``DEADLY`` ends the process: only an attack makes it, and the outcome then says so.
* What programs ask for in good faith and may not have (a socket, a memory file, a limit) fails with ``EPERM``, which Python
  turns into a readable ``PermissionError``.
* ``clone3`` and calls newer than the table fail with ``ENOSYS``: the C library then uses the older call, whose flags a filter
  can see.
"""

from __future__ import annotations

import errno
import struct
import termios
from typing import NamedTuple

from . import calls

_ARCHITECTURE = 0xC000003E
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS

_AF_UNIX = 1
_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020080
"""Every flag that makes a namespace: time, mounts, cgroup, host name, IPC, user, pid and network."""
_TERMINAL_QUESTIONS = (termios.TCGETS, termios.TIOCGWINSZ, termios.FIONREAD, termios.FIONBIO, 0x5450, 0x5451)
_DESCRIPTOR_COMMANDS = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 36, 37, 38, 1032)
"""``fcntl``: duplicate, flags, locks and the size of a pipe; not who gets signals, leases, seals or pipe sizes."""
_PROCESS_OPTIONS = (2, 3, 15, 16, 21, 23, 38, 39, 0x53564D41)
"""``prctl``: questions, names of threads and of memory; not the signal at a parent's death, dumps or filters."""


class _Instruction(NamedTuple):
    code: int
    value: int
    if_true: int = 0
    if_false: int = 0

    def packed(self) -> bytes:
        return struct.pack("<HBBI", self.code, self.if_true, self.if_false, self.value)


_Program = list[_Instruction]


def filter_program(*, processes: bool) -> bytes:
    """Return the program. Without ``processes`` only threads can be started, no process and no other program."""
    program = [
        _Instruction(_LOAD, _ARCHITECTURE_AT),
        _Instruction(_EQUAL, _ARCHITECTURE, 1, 0),
        _returns(_KILL_PROCESS),
        _Instruction(_LOAD, _NUMBER_AT),
        _Instruction(_AT_LEAST, _X32, 0, 1),
        _returns(_KILL_PROCESS),
    ]
    for name, body in _by_argument(processes=processes).items():
        program += [_Instruction(_EQUAL, calls.BY_ARGUMENT[name], 0, len(body)), *body]
    allowed = calls.ALWAYS | (calls.WITH_PROCESSES if processes else {})
    for numbers, verdict in ((allowed, _ALLOW), (calls.DEADLY, _KILL_PROCESS)):
        for number in numbers.values():
            program += [_Instruction(_EQUAL, number, 0, 1), _returns(verdict)]
    program += [_Instruction(_AT_LEAST, calls.LAST_KNOWN + 1, 0, 1), _returns(_ENOSYS), _returns(_EPERM)]
    return b"".join(instruction.packed() for instruction in program)


def _by_argument(*, processes: bool) -> dict[str, _Program]:
    no_namespace = [_Instruction(_ANY_BIT, _CLONE_NAMESPACES, 0, 1), _returns(_EPERM)]
    only_threads = [_Instruction(_ANY_BIT, _CLONE_THREAD, 1, 0), _returns(_EPERM)]
    return {
        "clone": [_argument(0), *no_namespace, *([] if processes else only_threads), _returns(_ALLOW)],
        "clone3": [_returns(_ENOSYS)],
        "socketpair": _one_of(0, (_AF_UNIX,)),
        "prctl": _one_of(0, _PROCESS_OPTIONS),
        "prlimit64": [
            *(part for half in (_argument(2), _argument(2, high=True)) for part in (half, *_unless_zero())),
            *_one_of(0, (0,)),
        ],
        "ioctl": _one_of(1, _TERMINAL_QUESTIONS),
        "fcntl": _one_of(1, _DESCRIPTOR_COMMANDS),
    }


def _one_of(argument: int, values: tuple[int, ...]) -> _Program:
    """Allow the call when the low half of the argument, which is all that the kernel reads of these, is one of ``values``."""
    allowed = [part for value in values for part in (_Instruction(_EQUAL, value, 0, 1), _returns(_ALLOW))]
    return [_argument(argument), *allowed, _returns(_EPERM)]


def _unless_zero() -> _Program:
    return [_Instruction(_EQUAL, 0, 1, 0), _returns(_EPERM)]


def _argument(index: int, *, high: bool = False) -> _Instruction:
    return _Instruction(_LOAD, _ARGUMENTS_AT + 8 * index + (4 if high else 0))


def _returns(verdict: int) -> _Instruction:
    return _Instruction(_RETURN, verdict)
