"""Attacks on what there is only so much of: memory, disk, processes, time, the supervisor's patience."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpusmith.sandbox.launch.job import Tier
from corpusmith.sandbox.limits import Limits
from corpusmith.sandbox.outcome import Ending
from corpusmith.sandbox.trial import Trial, run_trial

LIMITS = Limits(
    seconds=6.0,
    memory_bytes=300 << 20,
    disk_bytes=16 << 20,
    files=500,
    tasks=48,
    flood_bytes=8 << 20,
    output_bytes=1000,
)
FORK = "if not hasattr(os, 'fork') or os.fork() == 0:"
MEMORY = {
    "in one process": "x = [bytearray(10 << 20) for _ in range(200)]; time.sleep(30)",
    "shared and mapped": """
        import mmap
        m = mmap.mmap(-1, 600 << 20)
        for n in range(0, 600 << 20, 4096): m[n] = 1
        time.sleep(30)""",
    "in page tables": """
        import mmap
        maps = [mmap.mmap(-1, 1 << 30, prot=mmap.PROT_READ) for _ in range(14)]
        for m in maps:
            for n in range(0, 1 << 30, 4096): m[n]
        x = bytearray(300 << 20); time.sleep(30)""",
    "in threads": """
        import threading
        def eat(): x = bytearray(40 << 20); time.sleep(30)
        for _ in range(10): threading.Thread(target=eat).start()""",
}
MEMORY_BEHIND_NAMESPACES = {
    "in many processes": """
        for _ in range(12):
            if os.fork() == 0:
                x = bytearray(40 << 20); time.sleep(30)
        time.sleep(30)""",
    "in orphans": """
        for _ in range(12):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    x = bytearray(40 << 20); time.sleep(30)
                os._exit(0)
        time.sleep(30)""",
}
DISK = {
    "of one file": "f = open('out/x', 'wb')\nwhile True: f.write(b'x' * 100_000)",
    "of many files": "for n in range(400): open(f'out/{n}', 'wb').write(b'x' * 100_000)\ntime.sleep(30)",
    "of temporary files": "for n in range(400): open(f'{os.environ[\"TMPDIR\"]}/{n}', 'wb').write(b'x' * 100_000)\ntime.sleep(30)",
    "without a name": """
        files = []
        for n in range(40):
            files.append(open('out/x', 'wb')); os.unlink('out/x'); files[-1].write(b'x' * 1_000_000); files[-1].flush()
        time.sleep(30)""",
    "mapped and without a name": """
        import mmap
        maps = []
        for n in range(40):
            with open('out/x', 'wb+') as f:
                os.unlink('out/x'); f.truncate(1_000_000); maps.append(mmap.mmap(f.fileno(), 1_000_000))
            maps[-1][:] = b'x' * 1_000_000
        time.sleep(30)""",
    "that was never written": "f = open('out/x', 'wb'); os.truncate(f.fileno(), 1 << 40)",
    "by reserving it": "os.posix_fallocate(os.open('out/x', os.O_CREAT | os.O_RDWR), 0, 1 << 30)",
    "by names": "for n in range(5000): open(f'out/{n}', 'w').close()\ntime.sleep(30)",
    "by folders": "for n in range(5000): os.mkdir(f'out/{n}')\ntime.sleep(30)",
    "by depth": "os.chdir('out')\nfor n in range(5000): os.mkdir('d'); os.chdir('d')\ntime.sleep(30)",
    "without permissions": "for n in range(5000): os.close(os.open(f'out/{n}', os.O_CREAT | os.O_WRONLY, 0))\ntime.sleep(30)",
}
TIME = {
    "by an endless loop": "while True: pass",
    "by sleeping": "time.sleep(100)",
    "by ignoring signals": """
        import signal
        for n in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(n, signal.SIG_IGN)
        while True: time.sleep(1)""",
    "by stopping itself": "import signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "by closing everything": "os.closerange(0, 600)\ntime.sleep(100)",
    "in threads": "import threading; [threading.Thread(target=time.sleep, args=(100,)).start() for _ in range(20)]",
}


@pytest.mark.parametrize("name", MEMORY | MEMORY_BEHIND_NAMESPACES)
def test_memory_is_bounded(name: str, tier: Tier, assault: Callable[..., Ending]) -> None:
    if name in MEMORY_BEHIND_NAMESPACES and tier.name == "landlock":
        pytest.skip("there are no processes in this tier")
    ending = assault((MEMORY | MEMORY_BEHIND_NAMESPACES)[name], limits=replace(LIMITS, seconds=30.0))
    assert ending.outcome == "out_of_memory", ending
    assert ending.peak_memory_bytes < LIMITS.memory_bytes * 2


@pytest.mark.parametrize("name", DISK)
def test_the_disk_is_bounded(name: str, assault: Callable[..., Ending]) -> None:
    ending = assault(DISK[name], limits=LIMITS)
    assert ending.outcome == "disk", ending


def test_memory_that_is_files_is_bounded(tier: Tier, assault: Callable[..., Ending]) -> None:
    ending = assault("f = open('/dev/shm/x', 'wb')\nwhile True: f.write(b'x' * 100_000)", limits=LIMITS)
    assert ending.outcome == ("disk" if tier.name == "bubblewrap" else "error")


@pytest.mark.parametrize("name", TIME)
def test_time_is_bounded(name: str, assault: Callable[..., Ending]) -> None:
    ending = assault(TIME[name], limits=replace(LIMITS, seconds=0.7))
    assert ending.outcome == "timeout", ending


@pytest.mark.parametrize("stream", [1, 2])
def test_a_long_output_is_cut_and_nothing_blocks(stream: int, assault: Callable[..., Ending]) -> None:
    ending = assault(f"import io; open({stream}, 'wb', closefd=False).write(b'x' * 200_000)", limits=LIMITS)
    assert ending.outcome == "ok"
    content = ending.stdout if stream == 1 else ending.stderr
    assert b"199,000 bytes left out" in content
    assert len(content) < 2000


@pytest.mark.parametrize("stream", [1, 2])
def test_an_endless_output_ends_the_code(stream: int, assault: Callable[..., Ending]) -> None:
    ending = assault(f"while True: os.write({stream}, b'x' * 65536)", limits=LIMITS)
    assert ending.outcome == "output"


BOMBS = {
    "processes": "while True:\n    try: os.fork()\n    except OSError: pass",
    "orphans": """
        while True:
            try:
                if os.fork() == 0:
                    os.setsid()
                    if os.fork(): os._exit(0)
            except OSError: pass""",
    "threads": """
        import threading
        while True:
            try: threading.Thread(target=time.sleep, args=(100,)).start()
            except RuntimeError: pass""",
    "programs": """
        import subprocess
        while True:
            try: subprocess.Popen([sys.executable, '-I', '-S', '-c', 'while True: pass'])
            except OSError: pass""",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_tasks_is_contained_and_ended(name: str, assault: Callable[..., Ending], tier: Tier) -> None:
    most: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most.append(sum(1 for path in Path("/proc").iterdir() if path.name.isdigit()))

    before = sum(1 for path in Path("/proc").iterdir() if path.name.isdigit())
    watcher = threading.Thread(target=watch)
    watcher.start()
    ending = assault(BOMBS[name], limits=replace(LIMITS, seconds=1.0))
    done.set()
    watcher.join()
    assert ending.outcome in ("timeout", "policy", "error"), ending
    assert max(most, default=before) < before + 3 * LIMITS.tasks


DAEMONS = {
    "a child": "os.fork() or time.sleep(100)",
    "an orphan in a session of its own": """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for n in range(0, 600):
                    try: os.close(n)
                    except OSError: pass
                time.sleep(100)
            os._exit(0)""",
    "a zombie's brother": "[os.fork() or os._exit(0) for _ in range(5)]; os.fork() or time.sleep(100)",
    "a program": "import subprocess; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'], start_new_session=True)",
    "a daemon thread": "import threading; threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
}


@pytest.mark.parametrize("name", DAEMONS)
def test_nothing_is_left_of_the_tree(name: str, assault: Callable[..., Ending]) -> None:
    before = set(_descendants())
    ending = assault(f"{DAEMONS[name]}\n", limits=LIMITS)
    assert ending.outcome in ("ok", "error")
    assert set(_descendants()) <= before
    assert not _strangers()


def test_nothing_is_left_after_many_trials(tier: Tier, tmp_path: Path) -> None:
    threads, descriptors = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        run_trial(tier, Trial("print(1)"), tmp_path)
    assert threading.active_count() <= threads + 1
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors


def _descendants() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _parent(path) == os.getpid()]


def _parent(process: Path) -> int | None:
    try:
        return int(process.joinpath("stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _strangers() -> list[Any]:
    """Processes of users that nobody is."""
    found = []
    for path in Path("/proc").iterdir():
        try:
            if path.name.isdigit() and path.stat().st_uid >= 0x7E000000:
                found.append(path.name)
        except OSError:
            continue
    return found if os.environ.get("PYTEST_XDIST_WORKER") is None else []
