"""The files behind shards: plain or compressed, on the disk for good when they are closed, and discardable before."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path
from typing import Any

import zstandard

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3


class ShardSink(io.FileIO):
    """A file for writing that is synchronised when it is closed, and that keeps nothing once it ``discards``."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "wb")
        self.discards = False

    def write(self, content: Any) -> int:
        """Write all of ``content``."""
        view = memoryview(content).cast("B")
        written = len(view) if self.discards else 0
        while written < len(view):
            written += super().write(view[written:])
        return len(view)

    def close(self) -> None:
        """Close the file; what was written is then on the disk, unless it was discarded."""
        if not self.closed:
            try:
                if not self.discards:
                    os.fsync(self.fileno())
            finally:
                super().close()


class GzipSink:
    """Compresses into a ``ShardSink``; the same content gives the same bytes at any time and under any name."""

    def __init__(self, sink: ShardSink) -> None:
        self._sink = sink
        self._packer = gzip.GzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=sink, mtime=0)

    def write(self, content: bytes) -> int:
        """Compress and write ``content``."""
        return self._packer.write(content)

    def close(self) -> None:
        """Complete the compressed stream and the file."""
        with self._sink:
            self._packer.close()


class ZstdSink:
    """Compresses into a ``ShardSink`` as one frame."""

    def __init__(self, sink: ShardSink) -> None:
        self._sink = sink
        self._packer = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()

    def write(self, content: bytes) -> int:
        """Compress and write ``content``."""
        self._sink.write(self._packer.compress(content))
        return len(content)

    def close(self) -> None:
        """Complete the compressed stream and the file."""
        with self._sink:
            self._sink.write(self._packer.flush())
