"""Tiers that this machine can run, and doors outside that hostile code would like to open."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from corpusmith.sandbox.availability import Availability, look
from corpusmith.sandbox.launch.job import Tier
from corpusmith.sandbox.limits import Limits
from corpusmith.sandbox.outcome import Ending
from corpusmith.sandbox.probe import obstacle
from corpusmith.sandbox.results.collection import Wanted
from corpusmith.sandbox.tiers import TIERS
from corpusmith.sandbox.trial import Trial, contents_of_trial

PREAMBLE = """
import ctypes, json, os, sys, time
T = json.load(open("in/targets.json"))
C = ctypes.CDLL(None, use_errno=True)
def breach(why="it worked"):
    os.write(1, f"BREACH {why}\\n".encode())
def call(number, *arguments):
    result = C.syscall(number, *arguments)
    if result >= 0:
        breach(f"system call {number} returned {result}")
    return result
"""
ONE_BY_ONE = """
for name, script in json.load(open("in/attacks.json")).items():
    os.write(1, f"BEGAN {name}\\n".encode())
    try:
        exec(script, dict(globals()))
    except BaseException:
        pass
"""
MARK = "BREACH"
LIMITS = Limits(seconds=20.0, memory_bytes=400 << 20, disk_bytes=16 << 20, files=1000, tasks=64)

Assault = Callable[..., Ending]
Breaches = Callable[[dict[str, str]], set[str]]


@pytest.fixture(scope="session")
def machine() -> Availability:
    """What this machine offers."""
    return look()


@pytest.fixture(scope="session", params=list(TIERS))
def tier(request: pytest.FixtureRequest, machine: Availability) -> Tier:
    """Each tier that this machine can run; the others are skipped with the reason."""
    if reason := obstacle(request.param, machine):
        pytest.skip(f"{request.param}: {reason}")
    return TIERS[request.param]


@pytest.fixture(scope="session")
def doors() -> Iterator[dict[str, Any]]:
    """A secret, a folder, sockets and a victim, all outside and wide open."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doors-")))
        folder.chmod(0o777)
        secret = folder / "secret"
        secret.write_text("S3CRET")
        secret.chmod(0o666)
        shared = Path("/dev/shm", f"doors-{secrets.token_hex(6)}")
        shared.write_text("S3CRET")
        shared.chmod(0o666)
        stack.callback(shared.unlink, missing_ok=True)
        abstract = f"doors-{secrets.token_hex(6)}"
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        for address in (f"\0{abstract}", str(folder / "socket")):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(address)
            listener.listen()
        (folder / "socket").chmod(0o777)
        victim = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(600)"], env={"VICTIM": "S3CRET"}, start_new_session=True
        )
        stack.callback(victim.wait)
        stack.callback(victim.kill)
        yield {
            "folder": str(folder),
            "secret": str(secret),
            "shared": str(shared),
            "abstract": abstract,
            "pathname": str(folder / "socket"),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "victim": victim.pid,
            "parent": os.getpid(),
            "package": str(Path(sys.prefix, "lib")),
            "repository": str(Path(__file__).parents[2]),
        }


@pytest.fixture
def assault(tier: Tier, doors: dict[str, Any]) -> Assault:
    """Run a hostile script in the tier and return how it ended."""

    def run(script: str, *, wanted: Wanted | None = None, limits: Limits = LIMITS) -> Ending:
        trial = Trial(
            PREAMBLE + textwrap.dedent(script), {"targets.json": json.dumps(doors).encode()}, wanted or Wanted(), limits
        )
        result, _ = contents_of_trial(tier, trial)
        return result.ending

    return run


@pytest.fixture(scope="session")
def breaches(tier: Tier, doors: dict[str, Any]) -> Breaches:
    """Run many hostile scripts behind the wall, one after the other, and return the names of those that succeeded."""

    def run(content: bytes) -> bytes:
        inputs: dict[str, bytes | Path] = {"targets.json": json.dumps(doors).encode(), "attacks.json": content}
        result, _ = contents_of_trial(tier, Trial(PREAMBLE + ONE_BY_ONE, inputs, limits=LIMITS))
        return result.ending.stdout

    return lambda attacks: _breaches(attacks, run)


@pytest.fixture(scope="session")
def breaches_outside(doors: dict[str, Any]) -> Breaches:
    """Run them without any wall: the proof that they are attacks."""

    def run(content: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("in", "out"):
                Path(folder, name).mkdir()
            Path(folder, "in", "targets.json").write_text(json.dumps(doors))
            Path(folder, "in", "attacks.json").write_bytes(content)
            command = [sys.executable, "-c", PREAMBLE + ONE_BY_ONE]
            return subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False).stdout

    return lambda attacks: _breaches(attacks, run)


def _breaches(attacks: dict[str, str], run: Callable[[bytes], bytes]) -> set[str]:
    """Run all attacks; where one ends the process, go on behind it."""
    left, found = {name: textwrap.dedent(script) for name, script in attacks.items()}, set()
    while left:
        current = ""
        for line in run(json.dumps(left).encode()).decode(errors="replace").splitlines():
            if line.startswith("BEGAN "):
                current = line.removeprefix("BEGAN ")
                left.pop(current)
            elif MARK in line:
                found.add(current)
        assert current, "no attack was made"
    return found
