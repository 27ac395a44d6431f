"""A run that is killed with SIGKILL goes on where it stopped and ends with the same bytes."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

SCRIPT = Path(__file__).with_name("killed_run.py")
STAGES = 5


def start(folder: Path, journal: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), str(folder / "work"), str(folder / "out"), str(journal)])


def lines(journal: Path) -> list[str]:
    return journal.read_text().splitlines() if journal.exists() else []


def finished_steps(folder: Path) -> set[str]:
    """The steps of the stages that are whole."""
    stages = (folder / "work" / "stages").glob("*/stage.json")
    whole = [stage for stage in stages if not stage.parent.name.endswith(".partial")]
    return {ledger["step"] for stage in whole for ledger in orjson.loads(stage.read_bytes())["ledgers"]}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_goes_on_where_it_stopped_and_ends_with_the_same_bytes(tmp_path: Path, seed: int) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert start(whole, tmp_path / "whole.journal").wait() == 0
    calls = len(lines(tmp_path / "whole.journal"))
    points = random.Random(seed)
    for attempt in range(4):
        done, journal = finished_steps(killed), tmp_path / f"{attempt}.journal"
        process = start(killed, journal)
        after = points.randrange(1, calls // 2)
        while process.poll() is None and len(lines(journal)) < after:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() in (0, -signal.SIGKILL)
        assert not done.intersection(lines(journal)), "a finished stage ran again"
        assert finished_steps(killed) >= done
    done, journal = finished_steps(killed), tmp_path / "last.journal"
    assert start(killed, journal).wait() == 0
    assert not done.intersection(lines(journal))
    assert files(killed / "out") == files(whole / "out")
    assert len([*(killed / "work" / "stages").iterdir()]) == STAGES
