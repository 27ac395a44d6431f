"""The command line as a test drives it: the real ``main``, its output and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from corpusmith.interfaces.cli import main


class Ended(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What it said on standard error as one line, without the frame around it and its line breaks."""
        return " ".join(self.err.replace("│", " ").split())

    def json(self) -> Any:
        """What it printed as one JSON document."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """What it printed as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Ended]


@pytest.fixture
def corpusmith(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run ``corpusmith`` with arguments in this process, 80 columns wide."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["corpusmith", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Ended(left.value.code, out, err)

    return call


@pytest.fixture
def corpusmith_process() -> Command:
    """Run ``corpusmith`` with arguments in a process of its own; ``env`` adds variables."""

    def call(*arguments: str | Path, env: dict[str, str] | None = None) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "corpusmith.interfaces.cli", *map(str, arguments)],
            capture_output=True,
            env={**os.environ, "COLUMNS": "80", **(env or {})},
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call
