"""A generated ``pipeline.py``, started as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """\
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.interfaces.pipeline_script import run_as_script

PIPELINE = Pipeline(
    name="100% short",
    steps=[Step(id="short", operator="word_count_filter", params={"min": 2}, lock=LOCK)],
    outputs=[OutputTable(format="jsonl")],
)

if __name__ == "__main__":
    run_as_script(PIPELINE)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.py").write_text(SCRIPT.replace("LOCK", "None"), encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"text": "a b"}\n{"text": "a"}\n', encoding="utf-8")
    return tmp_path


def start(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "pipeline.py", *arguments],
        cwd=place,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_gives_the_same_rows_as_the_command(place: Path) -> None:
    ended = start(place, "--data", "in.jsonl", "--out", "out")
    assert (ended.returncode, ended.stderr.count("Traceback")) == (0, 0)
    assert "2 rows read, 1 written." in ended.stdout
    by_command = [sys.executable, "-m", "corpusmith.interfaces.cli", "pipeline", "run", "out/pipeline.yaml"]
    subprocess.run([*by_command, "--data", "in.jsonl", "--out", "again"], cwd=place, check=True, capture_output=True)
    shard = "dataset/data/train-00000-of-00001.jsonl"
    assert (place / "out" / shard).read_bytes() == (place / "again" / shard).read_bytes() == b'{"text":"a b"}\n'
    manifest = json.loads((place / "out" / "manifest.json").read_bytes())
    assert manifest["command"] == "python pipeline.py --data=in.jsonl --out=out"


def test_the_script_again_uses_what_is_there_and_refuses_other_data(place: Path) -> None:
    start(place, "--data", "in.jsonl", "--out", "out")
    assert "1 of 1 steps were done before" in start(place, "--data", "in.jsonl", "--out", "out").stdout
    (place / "other.jsonl").write_text('{"text": "c d"}\n', encoding="utf-8")
    assert start(place, "--data", "other.jsonl", "--out", "out").returncode == 2
    assert start(place, "--data", "other.jsonl", "--out", "out", "--force").returncode == 0


def test_an_error_is_one_panel_and_2(place: Path) -> None:
    ended = start(place, "--data", "none.jsonl", "--out", "out")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "does not exist" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_operator_that_has_changed_since_is_refused(place: Path) -> None:
    (place / "pipeline.py").write_text(SCRIPT.replace("LOCK", "'word_count_filter@0+00'"), encoding="utf-8")
    ended = start(place, "--data", "in.jsonl", "--out", "out")
    assert ended.returncode == 2
    assert "has changed since" in ended.stderr


@pytest.mark.parametrize("arguments", [[], ["--data", "in.jsonl", "--out", "out", "--max-bad-share", "2"]])
def test_wrong_options_end_2_with_the_usage(place: Path, arguments: list[str]) -> None:
    ended = start(place, *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith("usage:")


def test_help_names_the_sources(place: Path) -> None:
    ended = start(place, "--help")
    assert ended.returncode == 0
    assert "100% short" in ended.stdout
    assert "reads: rows" in " ".join(ended.stdout.split())
