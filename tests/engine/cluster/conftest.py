"""A cluster of one node, in processes of its own, and the command line that uses it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

HERE = Path(__file__).parent
ROWS = 5000

Command: TypeAlias = Callable[..., list[str]]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows that repeat from 4,500 on."""
    path = tmp_path_factory.mktemp("data") / "docs.jsonl"
    rows = [{"id": (n * 7) % 4500, "text": f"topic {n % 4500} is " + "a text " * (n % 7)} for n in range(ROWS)]
    path.write_text("".join(json.dumps(row | {"tags": ["one", "two"][: row["id"] % 3]}) + "\n" for row in rows))
    return path


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of all processes: a workspace with operators, and a token that only this test's cluster knows."""
    workspace = tmp_path_factory.mktemp("workspace")
    (workspace / "operators").mkdir()
    shutil.copy(HERE / "workspace_operators.py", workspace / "operators" / "own.py")
    ray = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    return {**os.environ, **ray, "CORPUSMITH_HOME": str(workspace), "COLUMNS": "200"}


@pytest.fixture
def command(tmp_path: Path, data: Path) -> Command:
    """Makes a command line from steps, a name for the output folder and more arguments."""

    def made(steps: list[dict[str, Any]], out: str, *more: str) -> list[str]:
        pipeline = tmp_path / "pipeline.yaml"
        pipeline.write_text(yaml.safe_dump({"steps": steps}))
        run = [sys.executable, str(HERE / "small_parts.py"), "pipeline", "run", str(pipeline)]
        return [*run, "--data", str(data), "--out", str(tmp_path / out), *more]

    return made


@pytest.fixture(scope="session")
def cluster(environment: dict[str, str]) -> Iterator[str]:
    """The address of a cluster with two processors."""
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--head", f"--port={port}", "--num-cpus=2", "--include-dashboard=false", "--block"]
    memory = ["--object-store-memory=134217728", "--node-ip-address=127.0.0.1", "--disable-usage-stats"]
    ray = [sys.executable, "-m", "ray.scripts.scripts", "start", *arguments, *memory]
    head = subprocess.Popen(ray, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert head.poll() is None, "ray start ended"
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        head.terminate()
        head.communicate(timeout=60)
