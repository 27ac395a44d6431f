"""What confined code writes to stdout and stderr: always read, so that it never blocks; kept up to a cap."""

from __future__ import annotations

import os

_CHUNK = 1 << 18


class CappedStream:
    """Reads from a pipe without waiting, and keeps the beginning and the end of what comes."""

    def __init__(self, end: int, kept: int) -> None:
        self.end = end
        self.total = 0
        self._room = kept // 2
        self._head = bytearray()
        self._tail = bytearray()
        os.set_blocking(end, False)

    def read(self) -> bool:
        """Read what is there, at most a chunk; ``False`` when there will be no more, or nothing is there."""
        try:
            piece = os.read(self.end, _CHUNK)
        except BlockingIOError:
            return False
        self.total += len(piece)
        room = self._room - len(self._head)
        self._head += piece[:room]
        self._tail = (self._tail + piece[room:])[-self._room :]
        return bool(piece)

    @property
    def content(self) -> bytes:
        """What was kept, with a line that says how much was not."""
        left_out = self.total - len(self._head) - len(self._tail)
        gap = f"\n... {left_out:,} bytes left out ...\n".encode() if left_out else b""
        return bytes(self._head) + gap + bytes(self._tail)
