"""No sandbox, on demand: code runs as an ordinary child process. It contains nothing; a person must have asked for it twice."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ..engine.context import SandboxAnswer
from ..engine.isolation.plain_wall import PlainWall
from ..engine.isolation.wall import Wall
from .results.collection import named


class Unsafe(NamedTuple):
    """How running without a sandbox is called: in the manifest, and what a person types."""

    tier: str
    confirmation: str


UNSAFE = Unsafe("unsafe-no-sandbox", "run it with all my rights")


class _OpenWall(PlainWall):
    """The wall that is none, by the name under which it stands in the manifest."""

    tier = UNSAFE.tier


class UnsafeSandbox:
    """What takes a sandbox's place without containing anything; only a limit of time is kept."""

    tier = UNSAFE.tier
    note = "the sandbox was switched off"

    def __init__(self) -> None:
        self.wall: Wall = _OpenWall()

    def run(
        self, script: str, inputs: Mapping[str, bytes], outputs: Sequence[str], seconds: float = 60.0
    ) -> SandboxAnswer:
        """Run a script; see ``Sandbox`` of the engine."""
        wanted = named(outputs)
        with tempfile.TemporaryDirectory(prefix="corpusmith-") as name:
            folder = Path(name)
            (folder / "out").mkdir()
            for path, content in {"script.py": script.encode(), **{f"in/{key}": inputs[key] for key in inputs}}.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            command = [sys.executable, "-I", "-B", "-X", "utf8", str(folder / "script.py")]
            try:
                done = subprocess.run(
                    command,
                    cwd=folder,
                    env={"HOME": name, "TMPDIR": name},
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=seconds,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return SandboxAnswer("timeout", f"it took longer than {seconds:g} seconds", {}, b"", b"")
            outcome, detail = ("error", f"ended with code {done.returncode}") if done.returncode else ("ok", "")
            missing = [path for path in wanted if not (folder / "out" / path).is_file()]
            if outcome == "ok" and missing:
                outcome, detail = "output", f"it left no `{missing[0]}`"
            files = {path: (folder / "out" / path).read_bytes() for path in wanted} if outcome == "ok" else {}
            return SandboxAnswer(outcome, detail, files, done.stdout, done.stderr)
