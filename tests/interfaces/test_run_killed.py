"""A run that is killed at any node goes on when the same command is given again, and ends with the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = "English only, at least 5 words. No near duplicates. Mask e-mail addresses. Split 80/20 into train and test."
NODES = [
    "profile",
    "draft_contract",
    "freeze_contract",
    "plan",
    "code",
    "rehearse",
    "verify",
    "approve",
    "execute",
    "report",
]


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("killed") / "docs.jsonl"
    text = "On day {0} the harbour master of town {1} wrote {2} letters to jane{3}@example.org about the boats."
    rows = [{"id": i, "text": text.format(i, i * 7, i % 13, i % 5)} for i in range(300)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def command(docs: Path, out: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "corpusmith.interfaces.cli",
        "run",
        SPEC,
        "--data",
        str(docs),
        "--out",
        str(out),
        "--json",
    ]


def bytes_of(out: Path) -> dict[str, str]:
    files = [*sorted((out / "dataset" / "data").iterdir()), out / "dropped.jsonl"]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def expected(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("expected") / "out"
    environment = {**os.environ, "CORPUSMITH_HOME": str(out.parent / "home")}
    ended = subprocess.run(command(docs, out), capture_output=True, check=False, env=environment)
    assert ended.returncode == 0, ended.stderr.decode()
    return bytes_of(out)


def kill_at(node: str, arguments: list[str]) -> None:
    """Start the command and kill it the moment it says that the node has started."""
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["type"] == "NodeStarted" and event["node"] == node:
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.read()
        assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("node", NODES)
def test_a_run_killed_at_a_node_goes_on_from_there(
    node: str, docs: Path, expected: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    kill_at(node, command(docs, out))
    ended = subprocess.run(command(docs, out), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert events[0]["resumed"] is True
    started = [event["node"] for event in events if event["type"] == "NodeStarted"]
    assert started[0] == node
    assert bytes_of(out) == expected
