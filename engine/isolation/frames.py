"""Frames over pipes: a length, then bytes. The engine's side has a deadline and a cap, for it trusts nobody."""

from __future__ import annotations

import os
import selectors
import struct
import time
from contextlib import suppress

_LENGTH = struct.Struct("<Q")
_CHUNK = 1 << 20


class PipeBrokenError(Exception):
    """The other side closed its end, was too slow, or announced more than is allowed; ``str`` says which."""

    def __init__(self, message: str, *, closed: bool = False) -> None:
        super().__init__(message)
        self.closed = closed


class FrameConnection:
    """Sends and receives frames over two pipe ends without ever waiting longer than is allowed."""

    def __init__(self, read: int, write: int, *, max_bytes: int) -> None:
        self._read, self._write, self._max_bytes = read, write, max_bytes
        for end in (read, write):
            os.set_blocking(end, False)

    def send(self, frame: bytes | memoryview, seconds: float) -> None:
        """Send a frame; raises ``PipeBrokenError``."""
        deadline = time.monotonic() + seconds
        for part in (memoryview(_LENGTH.pack(len(frame))), memoryview(frame)):
            while part:
                self._wait(self._write, selectors.EVENT_WRITE, deadline)
                try:
                    part = part[os.write(self._write, part[:_CHUNK]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise PipeBrokenError("it closed its pipe", closed=True) from error

    def receive(self, seconds: float) -> bytes:
        """Return the next frame; raises ``PipeBrokenError``."""
        deadline = time.monotonic() + seconds
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline))
        if length > self._max_bytes:
            raise PipeBrokenError(f"it answered {length:,} bytes, and {self._max_bytes:,} are allowed")
        return self._exactly(length, deadline)

    def close(self) -> None:
        """Close both ends."""
        for end in (self._read, self._write):
            with suppress(OSError):
                os.close(end)

    def _exactly(self, length: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < length:
            self._wait(self._read, selectors.EVENT_READ, deadline)
            try:
                piece = os.read(self._read, min(_CHUNK, length - len(received)))
            except BlockingIOError:
                continue
            if not piece:
                raise PipeBrokenError("it closed its pipe", closed=True)
            received += piece
        return bytes(received)

    def _wait(self, end: int, event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(end, event)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise PipeBrokenError("it took too long")


def send_frame(end: int, frame: bytes) -> None:
    """Send a frame from the worker's side, waiting as long as it takes."""
    content = memoryview(_LENGTH.pack(len(frame)) + frame)
    while content:
        content = content[os.write(end, content[:_CHUNK]) :]


def receive_frame(end: int) -> bytes | None:
    """Return the next frame on the worker's side, or ``None`` when there will be no more."""
    header = _exactly_or_end(end, _LENGTH.size)
    if header is None:
        return None
    return _exactly_or_end(end, _LENGTH.unpack(header)[0])


def _exactly_or_end(end: int, length: int) -> bytes | None:
    received = bytearray()
    while len(received) < length:
        piece = os.read(end, min(_CHUNK, length - len(received)))
        if not piece:
            return None
        received += piece
    return bytes(received)
