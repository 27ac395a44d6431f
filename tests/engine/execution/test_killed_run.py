"""A run that is killed with SIGKILL goes on where it stopped, ends with the same bytes and asks no model twice.

``CORPUSMITH_KILLS`` says how many times runs are killed in all, a few by default.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import orjson
import pytest

SCRIPT = Path(__file__).with_name("killed_run.py")
KILLS = int(os.environ.get("CORPUSMITH_KILLS", "3"))
STAGES = 5


def start(folder: Path, notes: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(SCRIPT), str(folder / "work"), str(folder / "out"), str(workers)]
    with notes.with_suffix(".errors").open("w") as errors:
        return subprocess.Popen(command, stderr=errors, env={**os.environ, "KILLED_RUN_NOTES": str(notes)})


def lines(notes: Path) -> list[str]:
    return notes.read_text().splitlines() if notes.exists() else []


def steps_of(notes: Path) -> set[str]:
    return {line.partition(" ")[0] for line in lines(notes)}


def finished_steps(folder: Path) -> set[str]:
    """The steps of the stages that are whole."""
    stages = (folder / "work" / "stages").glob("*/stage.json")
    whole = [stage for stage in stages if not stage.parent.name.endswith(".partial")]
    return {ledger["step"] for stage in whole for ledger in orjson.loads(stage.read_bytes())["ledgers"]}


def answered(folder: Path) -> set[bytes]:
    """The questions whose answers were kept."""
    found: set[bytes] = set()
    for file in (folder / "work" / "journals").glob("*/answers.sqlite"):
        with closing(sqlite3.connect(file)) as journal:
            if journal.execute("select 1 from sqlite_master").fetchone():
                found.update(question for (question,) in journal.execute("select question from answers"))
    return found


def asked(notes: Path) -> set[bytes]:
    """The questions that a run asked."""
    texts = [line.partition(" asks ")[2] for line in lines(notes) if " asks " in line]
    return {hashlib.sha256(repr((text,)).encode()).digest() for text in texts}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_gone(notes: Path) -> None:
    """No process that left a line runs on."""
    for process in set(lines(notes.with_suffix(".processes"))):
        status = Path("/proc", process, "stat")
        for _ in range(1000):
            try:
                if status.read_text().rpartition(")")[2].split()[0] == "Z":
                    break
            except (FileNotFoundError, ProcessLookupError):
                break
            time.sleep(0.01)
        else:
            pytest.fail(f"process {process} runs on")


@pytest.mark.timeout(0)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_where_it_stopped_and_ends_with_the_same_bytes(tmp_path: Path, workers: int) -> None:
    whole, points, kills = tmp_path / "whole", random.Random(workers), 0
    assert start(whole, tmp_path / "whole.notes", workers).wait() == 0
    calls = len(lines(tmp_path / "whole.notes"))
    while kills < KILLS:
        killed = tmp_path / f"killed-{kills}"
        ended = False
        while not ended:
            done, known, notes = finished_steps(killed), answered(killed), tmp_path / f"{kills}.{points.random()}.notes"
            process = start(killed, notes, workers)
            after = points.randrange(calls // 3) if kills < KILLS else sys.maxsize
            while process.poll() is None and len(lines(notes)) < after:
                time.sleep(0.001)
            time.sleep(points.random() * 0.01)
            process.send_signal(signal.SIGKILL)
            ended = process.wait() == 0
            kills += not ended
            assert process.returncode in (0, -signal.SIGKILL)
            assert not done.intersection(steps_of(notes)), "a finished stage ran again"
            assert not known.intersection(asked(notes)), "an answered question was asked again"
            assert finished_steps(killed) >= done
            if Path("/proc/self/stat").exists():
                assert_gone(notes)
        assert files(killed / "out") == files(whole / "out")
        assert len([*(killed / "work" / "stages").iterdir()]) == STAGES
        assert not [*(killed / "work").glob("journals/*")]


def test_a_run_that_is_interrupted_leaves_no_worker(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    process = start(tmp_path, notes, 2)
    while process.poll() is None and len(lines(notes)) < 5:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    assert process.wait() != 0
    if Path("/proc/self/stat").exists():
        assert_gone(notes)
