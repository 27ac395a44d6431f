"""Opens a file as a stream of UTF-8 bytes, whatever its compression and its byte order mark."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from ..errors import UserError

_CHUNK = 1 << 18
_ZSTD_CHUNK = 1 << 14
"""Small, because one compressed byte may stand for thousands."""


def open_utf8(path: Path) -> io.BufferedReader:
    """Open ``path`` (plain, ``.gz`` or ``.zst``) as UTF-8 bytes without a byte order mark; UTF-16 is known by its mark.

    Invalid Unicode stays invalid in the bytes, so that whoever decodes a line sees it.
    Raises ``UserError``, also while reading, for a compressed stream that is broken or cut off.
    """
    return io.BufferedReader(_ChunkStream(_utf8_chunks(path)), _CHUNK)


def _utf8_chunks(path: Path) -> Generator[bytes, None, None]:
    unpack = _UNPACK.get(path.suffix.lower(), _plain_chunks)
    with _readable(path), path.open("rb") as file:
        yield from _as_utf8(unpack(file))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise UserError(
            f"The compressed file {path.name} is broken or cut off.",
            f"{error}.".replace("..", "."),
            f"Fetch or compress {path.name} again.",
        ) from error


def _plain_chunks(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")


def _gzip_chunks(file: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) as unpacked:
        yield from iter(lambda: unpacked.read(_CHUNK), b"")


def _zstd_chunks(file: BinaryIO) -> Iterator[bytes]:
    # The package's own stream reader takes a cut-off frame for the end of the data; a decompression object tells.
    frame = None
    for chunk in iter(lambda: file.read(_ZSTD_CHUNK), b""):
        packed = chunk
        while packed:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(packed)
            packed, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
    if frame is not None:
        raise EOFError("the file ends inside a compressed frame")


_UNPACK: dict[str, Callable[[BinaryIO], Iterator[bytes]]] = {".gz": _gzip_chunks, ".zst": _zstd_chunks}
COMPRESSED_SUFFIXES = tuple(_UNPACK)


def _as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    head = b""
    while len(head) < len(codecs.BOM_UTF8) and (chunk := next(chunks, b"")):
        head += chunk
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            yield from _from_utf16(head.removeprefix(mark), chunks, encoding)
            return
    yield head.removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _from_utf16(head: bytes, chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    # Lone surrogates pass through as bytes that are no UTF-8: the line that holds them is then refused, not the file.
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    yield decoder.decode(head).encode("utf-8", "surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"


class _ChunkStream(io.RawIOBase):
    """A raw stream over an iterator of byte chunks."""

    def __init__(self, chunks: Generator[bytes, None, None]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        self._chunks.close()
        super().close()
