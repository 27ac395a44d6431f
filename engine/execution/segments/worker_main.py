"""What runs in a worker process: it builds the steps that it is sent and applies them to the batches that follow."""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from typing import Any

import pyarrow as pa

from ... import errors
from ...errors import UserError
from .coroutines import Coroutines
from .fused_steps import FusedSteps
from .packed_batches import packed, unpacked

_DEATH_OF_PARENT = 1
"""``PR_SET_PDEATHSIG`` of ``prctl``: the signal that comes when the parent ends."""


def main() -> None:
    """Answer until the pipe is closed. What operators print goes to the standard error."""
    _end_with_the_parent()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    asked, answers = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(asked, tasks), daemon=True).start()
    with Coroutines() as loop:
        _answer(tasks, answers, loop)


def _answer(tasks: queue.SimpleQueue[Any], answers: Connection, loop: Coroutines) -> None:
    built: list[FusedSteps] = []
    while True:
        task = tasks.get()
        try:
            if task[0] == "steps":
                built.append(task[1].build({}, loop))
                answers.send(("built",))
                continue
            _, number, content, first, last = task
            outcome = built[number].apply(unpacked(content), first, last)
            answers.send(("outcome", packed(outcome.batches), outcome.accounts))
        except Exception as error:
            answers.send(("raised", _carried(error)))


def _receive(asked: Connection, tasks: queue.SimpleQueue[Any]) -> None:
    """Take what comes while the steps run, so that the end of the parent is noticed at once."""
    while True:
        try:
            tasks.put(asked.recv())
        except (EOFError, OSError):
            os._exit(0)


def _end_with_the_parent() -> None:
    """On Linux even in the midst of a call that holds the interpreter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)


def _carried(error: Exception) -> Exception:
    """The error as one that any process can read back."""
    if type(error).__module__ == errors.__name__:
        return error
    if isinstance(error, UserError):
        return UserError(error.what, error.why, error.fix)
    return RuntimeError("A worker failed.\n" + "".join(traceback.format_exception(error)))
