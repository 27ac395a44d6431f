"""One worker behind a wall, as the engine sees it: started, asked, and ended in any case."""

from __future__ import annotations

import os
import weakref
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
from pydantic import ValidationError

from ..errors import CorpusmithError, UserError
from ..pipeline import Step
from .code import Declaration, UnreadCode
from .frames import FrameConnection, PipeBrokenError
from .wall import Wall, WalledProcess

WORKER = "corpusmith.engine.isolation.worker"
_LAST_BREATH_S = 2.0
"""A process closes its pipes a moment before its end can be seen."""


@dataclass(frozen=True)
class Caps:
    """How much a worker may take and give."""

    start_seconds: float = 60.0
    batch_seconds: float = 60.0
    answer_bytes: int = 1 << 28
    children: int = 1000
    """Rows that may be made of one row, on average over a batch."""


class LostWorkerError(CorpusmithError):
    """The worker died, hung or answered too much; ``str`` says how it ended."""


class IsolatedWorker:
    """A worker that holds one piece of code. It ends when it is closed or no longer referred to."""

    def __init__(self, wall: Wall, source: str, caps: Caps) -> None:
        self._caps = caps
        theirs_read, ours_write = os.pipe()
        ours_read, theirs_write = os.pipe()
        try:
            self._process = wall.start(WORKER, theirs_read, theirs_write)
        except BaseException:
            os.close(ours_read)
            os.close(ours_write)
            raise
        finally:
            os.close(theirs_read)
            os.close(theirs_write)
        self._pipe = FrameConnection(ours_read, ours_write, max_bytes=caps.answer_bytes)
        self.close = weakref.finalize(self, _end, self._process, self._pipe)
        self._send(orjson.dumps({"source": source}), caps.start_seconds)
        self._declared = self._receive(caps.start_seconds)

    @property
    def declaration(self) -> Declaration:
        """What the code declares; raises ``LostWorkerError`` for an answer that is none."""
        try:
            return Declaration.model_validate_json(self._declared)
        except ValidationError as error:
            raise LostWorkerError("it did not say what the code declares") from error

    def prepare(self, step: Step, schema: pa.Schema, seed: int, round_: int) -> pa.Schema:
        """Make the worker ready for batches of ``schema`` and return the schema that it announces."""
        setting = {"step": step.model_dump(mode="json"), "seed": seed, "round": round_}
        self._send(orjson.dumps(setting), self._caps.start_seconds)
        self._send(schema.serialize().to_pybytes(), self._caps.start_seconds)
        try:
            return pa.ipc.read_schema(pa.py_buffer(self._receive(self._caps.start_seconds)))
        except (pa.ArrowException, OSError) as error:
            raise LostWorkerError("it did not say which columns it gives") from error

    def ask(self, batch: pa.RecordBatch) -> tuple[bytes, bytes]:
        """Send a batch and return the two frames of the answer, unchecked."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        self._send(memoryview(sink.getvalue()), self._caps.batch_seconds)
        return self._receive(self._caps.batch_seconds), self._receive(self._caps.batch_seconds)

    def _send(self, frame: bytes | memoryview, seconds: float) -> None:
        try:
            self._pipe.send(frame, seconds)
        except PipeBrokenError as error:
            raise self._lost(error) from error

    def _receive(self, seconds: float) -> bytes:
        try:
            return self._pipe.receive(seconds)
        except PipeBrokenError as error:
            raise self._lost(error) from error

    def _lost(self, error: PipeBrokenError) -> LostWorkerError:
        ending = self._process.ending(_LAST_BREATH_S if error.closed else 0.0)
        self.close()
        return LostWorkerError(ending or str(error))


def _end(process: WalledProcess, pipe: FrameConnection) -> None:
    pipe.close()
    process.kill()


def learn(source: str, wall: Wall, caps: Caps | None = None) -> UnreadCode:
    """Return code that nobody has read with what it declares, which a worker behind ``wall`` finds out.

    Raises ``UserError`` when the code cannot be loaded there or declares no operator that can run behind a wall.
    """
    try:
        worker = IsolatedWorker(wall, source, caps or Caps())
        try:
            return UnreadCode(source=source, declaration=worker.declaration)
        finally:
            worker.close()
    except LostWorkerError as error:
        raise UserError(
            "The code cannot be loaded in the sandbox.",
            f"Its worker: {error}.",
            "It must be one Python file that declares one row-local operator.",
        ) from error


def services_wall(services: Any, step: str) -> Wall:
    """Return the wall of a run; raises ``UserError`` when the run has none."""
    isolation = services.get("sandbox")
    if isolation is None:
        raise UserError(
            f"Step `{step}` holds code that nobody has read, and this run has no sandbox.",
            fix="Install one (corpusmith doctor says how), or take the step out.",
        )
    wall: Wall = isolation.wall
    return wall
