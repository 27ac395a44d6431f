"""Asynchronous operators as the engine calls them: a question that was answered is not asked again, an error stops the run."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa

from ...errors import CorpusmithError, RowError
from ...operator import FrameType, Operator
from ..segments.packed_batches import packed, unpacked
from . import answer_text
from .arrow_frames import from_frame, reasons_of, to_frame
from .journal import Journal


class JournaledCalls:
    """Calls an asynchronous operator through a journal.

    A question is what the operator reads; equal rows ask one question, whose answer they share, killed run or not.
    Failures are not kept. An error that concerns the run is given to ``halt`` at once, not only when its batch is done.
    """

    def __init__(self, operator: Operator, journal: Journal, halt: Callable[[BaseException], None]) -> None:
        self._operator = operator
        self._journal = journal
        self._halt = halt
        self._asking: dict[bytes, asyncio.Event] = {}

    @property
    def operator(self) -> Operator:
        """The operator with its calls led through the journal."""
        return replace(self._operator, implementation=self._frame if self._operator.form == "frame" else self._values)

    async def _values(self, *values: Any, **arguments: Any) -> Any:
        return await self._answered(_hashed(repr(values).encode()), values, arguments)

    async def _frame(self, frame: Any, **arguments: Any) -> Any:
        return await self._answered(_hashed(_bytes_of(frame, self._operator.frame_type)), (frame,), arguments)

    async def _answered(self, question: bytes, values: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        while (asked := self._asking.get(question)) is not None:
            await asked.wait()
        try:
            kept = self._journal.find(question)
            if kept is not None:
                return self._read(kept)
            done = self._asking[question] = asyncio.Event()
            try:
                answer = await self._operator.implementation(*values, **arguments)
                text = self._written(answer)
                if text is not None:
                    self._journal.keep(question, text)
                return answer
            finally:
                del self._asking[question]
                done.set()
        except CorpusmithError as error:
            if not isinstance(error, RowError):
                self._halt(error)
            raise

    def _written(self, answer: Any) -> str | None:
        if self._operator.form != "frame":
            return answer_text.written(answer)
        try:
            if self._operator.rows == "filter":
                return answer_text.written(reasons_of(answer))
            return answer_text.written(_bytes_of(answer, self._operator.frame_type))
        except TypeError:
            return None  # not what the operator may answer, as its step will say

    def _read(self, text: str) -> Any:
        answer = answer_text.read(text)
        if self._operator.form != "frame" or self._operator.rows == "filter":
            return answer
        return to_frame(pa.Table.from_batches(unpacked(answer)), self._operator.frame_type)


def _bytes_of(frame: Any, frame_type: FrameType | None) -> bytes:
    table = from_frame(frame, frame_type)
    return packed(table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)])


def _hashed(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
