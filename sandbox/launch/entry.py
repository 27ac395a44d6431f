"""The first code of ours inside: ``python -I -m corpusmith.sandbox.launch.entry CONTROL``.

It gets its orders over the control socket, confines itself, hands out the folders that count against the quota, waits for
leave to start, closes the socket and becomes the code that it was ordered to run. It imports as little as it can: every
module costs each start some milliseconds.
"""

from __future__ import annotations

import json
import os
import resource
import runpy
import signal
import socket
import sys
from typing import Any

from .. import kernel
from ..seccomp.program import filter_program

READY, GO = b"ready", b"go"
_LONGEST_ORDERS = 1 << 17


def confine_and_run(control: int) -> None:
    """Follow the orders that come over ``control``; see ``Orders`` in ``job.py``."""
    channel = socket.socket(fileno=control)
    orders: dict[str, Any] = json.loads(channel.recv(_LONGEST_ORDERS))
    try:
        folders = _confined(orders, control)
    except OSError as error:
        channel.send(f"{type(error).__name__}: {error}".encode())
        return
    socket.send_fds(channel, [READY], folders)
    for folder in folders:
        os.close(folder)
    if channel.recv(len(GO)) != GO:
        return
    channel.close()
    sys.argv[1:] = orders["arguments"]
    if orders["script"]:
        sys.argv[0] = orders["script"]
        runpy.run_path(orders["script"], run_name="__main__")
    else:
        runpy.run_module(orders["module"], run_name="__main__", alter_sys=True)


def _confined(orders: dict[str, Any], control: int) -> list[int]:
    """Confine this process for good and return its open folders."""
    kernel.die_with_parent(signal.SIGKILL)
    os.environ.clear()
    os.environ.update(orders["environment"])
    os.chdir(orders["folder"])
    _close_all_but({0, 1, 2, control, *orders["descriptors"]})
    folders = [os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in orders["counted"]]
    for name, value in orders["limits"].items():
        resource.setrlimit(getattr(resource, name), (value, value))
    kernel.set_no_new_privileges()
    if orders["landlock"]:
        kernel.restrict_files(orders["landlock"]["readable"], orders["landlock"]["writable"])
    kernel.filter_calls(filter_program(processes=orders["processes"]))
    return folders


def _close_all_but(kept: set[int]) -> None:
    below = 0
    for descriptor in sorted(kept):
        if below < descriptor:  # an empty range closes everything in Python 3.11
            os.closerange(below, descriptor)
        below = descriptor + 1
    os.closerange(below, 1 << 16)


if __name__ == "__main__":
    confine_and_run(int(sys.argv[1]))
