"""Everything at once: two sources, rows of the pipeline's own, a branch, a join, artifacts, a top-up and two outputs."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

SCRIPT = Path(__file__).with_name("whole_pipeline.py")


def start(folder: Path, journal: Path, *, workers: int = 1, batch_rows: int = 7) -> subprocess.Popen[bytes]:
    folders = [str(folder / "work"), str(folder / "out"), str(journal)]
    return subprocess.Popen([sys.executable, str(SCRIPT), *folders, str(workers), str(batch_rows)])


def lines(journal: Path) -> list[str]:
    return journal.read_text().splitlines() if journal.exists() else []


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbs."""
    folder = tmp_path_factory.mktemp("whole")
    assert start(folder, folder / "journal").wait() == 0
    return folder


def ledger(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads((folder / "out" / "ledger.json").read_bytes())
    return content


def test_both_outputs_are_there_and_every_step_balances(whole: Path) -> None:
    found = ledger(whole)
    assert [step["step"] for step in found["steps"]] == [
        "fit",
        "score",
        "join",
        "make",
        "distinct",
        "make_more",
        "make_more.top_up",
        "short",
    ]
    for step in found["steps"]:
        assert step["rows_in"] == step["parents"] + sum(step["dropped"].values()) + step["quarantined"]
    (top_up,) = found["top_ups"]
    assert len(top_up["passed"]) > 1
    assert top_up["passed"][-1] >= top_up["until"] == 60
    written = files(whole / "out")
    assert {"lineage-made.parquet", "lineage-short.parquet"} <= set(written)


def test_workers_and_batches_change_no_byte(whole: Path, tmp_path: Path) -> None:
    assert start(tmp_path, tmp_path / "journal", workers=2, batch_rows=3).wait() == 0
    assert files(tmp_path / "out") == files(whole / "out")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_ends_with_the_same_bytes(whole: Path, tmp_path: Path, seed: int) -> None:
    points, calls = random.Random(seed), len(lines(whole / "journal"))
    made = 0
    for attempt in range(3):
        journal = tmp_path / f"{attempt}.journal"
        process = start(tmp_path, journal)
        after = points.randrange(1, calls // 2)
        while process.poll() is None and len(lines(journal)) < after:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() in (0, -signal.SIGKILL)
        made += len(lines(journal))
    assert start(tmp_path, tmp_path / "last.journal").wait() == 0
    assert files(tmp_path / "out") == files(whole / "out")
    assert len(lines(tmp_path / "last.journal")) < calls or not made, "what was finished is not done again"
    names = {path.name for path in (whole / "work" / "stages").iterdir()}
    assert {path.name for path in (tmp_path / "work" / "stages").iterdir()} == names
