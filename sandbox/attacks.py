"""Runs behind a wall when it is probed: tries a few real attacks and says which succeeded. Against an open door each does.

``in/targets.json`` says where the doors are; ``out/result.json`` gets the names of the attacks that succeeded.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any


def succeeded(targets: dict[str, Any]) -> list[str]:
    """Return the names of the attacks that succeed."""
    attacks: dict[str, Callable[[], object]] = {
        "read a file outside": lambda: Path(targets["secret"]).read_bytes(),
        "write a file outside": lambda: Path(targets["folder"], "planted").write_bytes(b"x"),
        "read the environment of a process outside": lambda: Path(f"/proc/{targets['process']}/environ").read_bytes(),
        "signal a process outside": lambda: os.kill(targets["process"], 0),
        "connect over TCP": lambda: socket.create_connection(("127.0.0.1", targets["port"]), 2).close(),
        "connect to an abstract socket": lambda: _connect("\0" + targets["abstract"]),
        "connect to a socket in a folder": lambda: _connect(targets["pathname"]),
        "change its own limits": _raise_limits,
        "find a variable of ours": lambda: os.environ[targets["variable"]],
    }
    return [name for name, attack in attacks.items() if _succeeds(attack)]


def _connect(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        client.connect(address)


def _raise_limits() -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))


def _succeeds(attack: Callable[[], object]) -> bool:
    try:
        attack()
    except (OSError, KeyError, ValueError):
        return False
    return True


if __name__ == "__main__":
    Path("out/result.json").write_text(
        json.dumps(succeeded(json.loads(Path("in/targets.json").read_text()))), encoding="utf-8"
    )
