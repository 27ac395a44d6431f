"""A worker process as its parent sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import pyarrow as pa

from ..steps.outcome import BatchOutcome
from .packed_batches import packed, unpacked
from .shipped_steps import ShippedSteps

_START = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {__package__}.worker_main import main; main()"
_ONE_THREAD = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
) | {"TOKENIZERS_PARALLELISM": "false"}
"""There is a worker per core: its libraries must not start threads for all of them again."""
_PIPE_BYTES = 1 << 20


class WorkerDiedError(Exception):
    """The process is gone; its rows are not answered."""


class WorkerFailedError(Exception):
    """The process ended before it was given any row."""


class WorkerProcess:
    """A new Python process, not a fork: threads and open files of this one are no concern of it.

    It ends when this process does, however that ends.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD},
            process_group=0,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._tasks = Connection(os.dup(self._process.stdin.fileno()), readable=False)
        self._answers = Connection(os.dup(self._process.stdout.fileno()), writable=False)
        for pipe in (self._process.stdin, self._process.stdout):
            _widen(pipe.fileno())
            pipe.close()
        self._built: list[ShippedSteps] = []

    def build(self, steps: ShippedSteps) -> None:
        """Have the process build the steps that ``apply`` applies; raises ``WorkerFailedError`` when it ends instead."""
        if any(known is steps for known in self._built):
            return
        try:
            self._ask("steps", steps)
        except WorkerDiedError as error:
            raise WorkerFailedError(str(error)) from error
        self._built.append(steps)

    def apply(self, steps: ShippedSteps, batches: Sequence[pa.RecordBatch], first: int, last: int) -> BatchOutcome:
        """Return what becomes of the batches in the built steps from ``first`` to before ``last``.

        Raises what the steps raise, and ``WorkerDiedError`` when the process ends over it.
        """
        number = next(number for number, known in enumerate(self._built) if known is steps)
        _, content, accounts = self._ask("batches", number, packed(batches), first, last)
        return BatchOutcome(unpacked(content), accounts)

    def kill(self) -> None:
        """End the process, whatever it does; any thread may do so."""
        self._process.kill()

    def close(self) -> None:
        """End the process and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self._tasks.close()
        self._answers.close()

    def _ask(self, *task: Any) -> Any:
        try:
            self._tasks.send(task)
            answer = self._answers.recv()
        except (EOFError, OSError) as error:
            raise WorkerDiedError(_end_of(self._process.wait())) from error
        if answer[0] == "raised":
            raise answer[1]
        return answer


def _end_of(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _widen(pipe: int) -> None:
    """Let a pipe hold a megabyte where the system can, so that a batch needs fewer turns."""
    if sys.platform == "linux":
        import fcntl
        from contextlib import suppress

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
