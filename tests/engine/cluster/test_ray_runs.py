"""Runs on a real Ray give what the local engine gives, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROWS, Command

pytestmark = pytest.mark.skipif(
    "CORPUSMITH_RAY_TESTS" not in os.environ, reason="minutes long; set CORPUSMITH_RAY_TESTS to run them"
)

WHOLE = [
    {"id": "unicode", "operator": "normalize_unicode"},
    {"id": "own", "operator": "marked", "params": {"mark": " ."}},
    {"id": "words", "operator": "word_count_filter", "params": {"min": 6}},
    {"id": "tags", "operator": "explode_list", "bind": {"value": "tags"}},
    {"id": "once", "operator": "exact_duplicates"},
    {"id": "fit", "operator": "fit_ngram_model", "artifacts": {"model": "fitted"}},
    {"id": "score", "operator": "ngram_perplexity", "artifacts": {"model": "fitted"}},
    {"id": "sort", "operator": "sort_rows", "params": {"by": ["id"]}},
    {"id": "case", "operator": "change_case"},
]


def run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=250)


def left_in(out: Path) -> dict[str, bytes]:
    files = [*sorted((out / "dataset" / "data").iterdir()), out / "dropped.jsonl", out / "quarantine.jsonl"]
    return {file.name: file.read_bytes() for file in files if file.exists()}


def same_as_local(
    steps: list[dict[str, Any]], command: Command, tmp_path: Path, environment: dict[str, str], *cluster: str
) -> Path:
    """Run on Ray, then here, and assert that both left the same bytes; return the folder of the run on Ray."""
    near = run(command(steps, "near", "--workers", "2"), environment)
    assert near.returncode in (0, 4), near.stdout + near.stderr
    far = run(command(steps, "far", "--engine", "ray", *cluster), environment)
    assert far.returncode == near.returncode, far.stdout + far.stderr
    assert left_in(tmp_path / "far") == left_in(tmp_path / "near")
    return tmp_path / "far"


def test_a_ray_of_our_own_gives_the_bytes_of_the_local_engine(
    command: Command, tmp_path: Path, environment: dict[str, str]
) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    out = same_as_local(WHOLE, command, tmp_path, environment, "--workers", "2")
    assert len(left_in(out)["dropped.jsonl"].splitlines()) > 1000
    assert not list(out.rglob("parts"))


def test_a_worker_that_is_killed_changes_no_byte(
    command: Command, tmp_path: Path, environment: dict[str, str], cluster: str
) -> None:
    flag = tmp_path / "flag"
    steps = [{"id": "kill", "operator": "killed_once", "params": {"flag": str(flag)}}]
    same_as_local(steps, command, tmp_path, environment, "--ray-address", cluster)
    assert flag.exists()


def test_a_row_that_kills_every_worker_is_the_only_one_that_is_quarantined(
    command: Command, tmp_path: Path, environment: dict[str, str], cluster: str
) -> None:
    steps = [{"id": "kill", "operator": "killed_always"}]
    out = same_as_local(steps, command, tmp_path, environment, "--ray-address", cluster)
    (lost,) = (json.loads(line) for line in (out / "quarantine.jsonl").read_text().splitlines())
    assert lost["step"] == "kill" and "SIGKILL" in lost["error"]


def test_a_run_that_is_killed_does_not_do_again_the_parts_that_were_done(
    command: Command, tmp_path: Path, environment: dict[str, str], cluster: str
) -> None:
    notes = tmp_path / "notes"
    steps = [{"id": "note", "operator": "noted", "params": {"notes": str(notes)}}]
    arguments = command(steps, "far", "--engine", "ray", "--ray-address", cluster)
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while first.poll() is None and not (done := list((tmp_path / "far").rglob("parts/*/*.accounts"))):
            time.sleep(0.02)
        os.kill(first.pid, signal.SIGKILL)
    kept = sum(json.loads(accounts.read_bytes())[0]["rows_in"] for accounts in done)
    again = run(arguments, environment)
    assert again.returncode == 0, again.stdout + again.stderr
    assert kept > 0
    assert ROWS <= len(notes.read_text().splitlines()) <= 2 * ROWS - kept
    near = run(command(steps, "near"), environment)
    assert near.returncode == 0
    assert left_in(tmp_path / "far") == left_in(tmp_path / "near")
