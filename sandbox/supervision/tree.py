"""The processes below one, and the memory that they use together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_COUNTED = re.compile(rb"^(RssAnon|RssShmem|VmSwap|VmPTE|Threads):\s+(\d+)", re.MULTILINE)
_SHARED_OUT = re.compile(rb"^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+)", re.MULTILINE)
_KILOBYTE = 1024


class TreeUse(NamedTuple):
    """Memory in bytes, and tasks: processes and threads."""

    memory: int
    tasks: int


def processes_below(root: int) -> Iterator[int]:
    """Yield ``root`` and all processes below it. In a pid namespace orphans stay below its first process."""
    yield root
    for child in children_of(root):
        yield from processes_below(child)


def children_of(process: int) -> list[int]:
    """Return the children of a process; none when it is gone."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):
                found += [int(child) for child in (task / "children").read_bytes().split()]
    return found


def use_of(processes: Iterable[int]) -> TreeUse:
    """Return what processes use, counting memory that several share once for each: never too little."""
    memory = tasks = 0
    for process in processes:
        with suppress(OSError):
            seen = dict(_COUNTED.findall(Path(f"/proc/{process}/status").read_bytes()))
            tasks += int(seen.pop(b"Threads", 0))
            memory += sum(int(size) for size in seen.values()) * _KILOBYTE
    return TreeUse(memory, tasks)


def memory_shared_out(processes: Iterable[int]) -> int:
    """Return the memory of processes with every shared page counted once: exact, and slow.

    A process whose pages cannot be looked at counts as in ``use_of``.
    """
    total = 0
    for process in processes:
        try:
            pages = Path(f"/proc/{process}/smaps_rollup").read_bytes()
        except OSError:
            total += use_of([process]).memory
        else:
            total += sum(int(size) for size in _SHARED_OUT.findall(pages)) * _KILOBYTE
    return total


def kill_first(processes: Iterable[int]) -> None:
    """Have the kernel kill these, and what they start, before anything else when the machine is out of memory."""
    for process in processes:
        with suppress(OSError):
            Path(f"/proc/{process}/oom_score_adj").write_text("1000")
