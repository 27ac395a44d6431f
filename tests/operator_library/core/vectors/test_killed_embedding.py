from __future__ import annotations

import hashlib
import signal
import sqlite3
import subprocess
import sys
from ast import literal_eval
from contextlib import closing
from pathlib import Path

SCRIPT = Path(__file__).with_name("killed_embedding.py")


def embed(folder: Path, notes: str, kept: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(folder / "work"), str(folder / notes), str(kept)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def kept_in(folder: Path) -> set[bytes]:
    """The questions whose vectors were kept."""
    found: set[bytes] = set()
    for file in (folder / "work" / "journals").glob("*/answers.sqlite"):
        with closing(sqlite3.connect(file)) as journal:
            found.update(question for (question,) in journal.execute("select question from answers"))
    return found


def test_a_killed_embedding_goes_on_row_by_row_and_pays_for_no_kept_vector_again(tmp_path: Path) -> None:
    assert embed(tmp_path, "first", 100).returncode == -signal.SIGKILL
    kept = kept_in(tmp_path)
    assert len(kept) == 100

    done = embed(tmp_path, "second", 10**6)
    assert done.returncode == 0, done.stderr
    assert literal_eval(done.stdout) == [[float(1 + number % 250), 0.1] for number in range(300)]

    again = (tmp_path / "second").read_text().splitlines()
    assert len(again) == len(set(again)) == 250 - len(kept)
    assert kept.isdisjoint(hashlib.sha256(repr((text,)).encode()).digest() for text in again)
