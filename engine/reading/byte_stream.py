"""Opens a file as a stream of UTF-8 bytes, whatever its compression, its encoding and its byte order mark."""

from __future__ import annotations

import codecs
import gzip
import io
import itertools
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from ..errors import UserError
from .encoding import byte_order_mark, encoding_of_rows

_CHUNK = 1 << 18
_ZSTD_CHUNK = 1 << 14
"""Small, because one compressed byte may stand for thousands."""


def open_utf8(path: Path) -> io.BufferedReader:
    """Open ``path`` (plain, ``.gz`` or ``.zst``) as UTF-8 bytes without a byte order mark, whatever its encoding.

    The encoding is that of ``encoding_of``. Invalid Unicode stays invalid in the bytes, so that whoever decodes a line
    sees it. Raises ``UserError``, also while reading, for a compressed stream that is broken or cut off.
    """
    return io.BufferedReader(_ChunkStream(_utf8_chunks(path)), _CHUNK)


def encoding_of(path: Path) -> str:
    """Return the encoding in which a file of rows is read, decided from its mark or its first 256 kB.

    Raises ``UserError`` for a compressed stream that is broken or cut off there.
    """
    return _decided(read_head(path))[1]


def read_head(path: Path) -> bytes:
    """Return the first 256 kB of what ``path`` holds, unpacked."""
    chunks = _chunks(path)
    try:
        return _head(chunks)
    finally:
        chunks.close()


def read_whole(path: Path) -> bytes:
    """Return all of what ``path`` holds, unpacked."""
    return b"".join(_chunks(path))


def _utf8_chunks(path: Path) -> Generator[bytes, None, None]:
    chunks = _chunks(path)
    head = _head(chunks)
    mark, encoding = _decided(head)
    rest = itertools.chain([head.removeprefix(mark)], chunks)
    yield from rest if encoding == "utf-8" else _transcoded(rest, encoding)


def _chunks(path: Path) -> Generator[bytes, None, None]:
    unpack = _UNPACK.get(path.suffix.lower(), _plain_chunks)
    with _readable(path), path.open("rb") as file:
        yield from unpack(file)


def _head(chunks: Iterator[bytes]) -> bytes:
    head = b""
    while len(head) < _CHUNK and (chunk := next(chunks, b"")):
        head += chunk
    return head


def _decided(head: bytes) -> tuple[bytes, str]:
    """The mark, which may be empty, and the encoding."""
    return byte_order_mark(head) or (b"", encoding_of_rows(head[:_CHUNK]))


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
    _refuse_nothing(file)
    with gzip.GzipFile(fileobj=file) as unpacked:
        yield from iter(lambda: unpacked.read(_CHUNK), b"")


def _zstd_chunks(file: BinaryIO) -> Iterator[bytes]:
    # The package's own stream reader takes a cut-off frame for the end of the data; a decompression object tells.
    _refuse_nothing(file)
    frame = None
    for chunk in iter(lambda: file.read(_ZSTD_CHUNK), b""):
        packed = chunk
        while packed:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(packed)
            packed, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
    if frame is not None:
        raise EOFError("the file ends inside a compressed frame")


def _refuse_nothing(file: BinaryIO) -> None:
    # Even nothing is something when it is compressed; a file of no bytes was never written or fetched.
    if not file.read(1):
        raise EOFError("the file is empty")
    file.seek(0)


_UNPACK: dict[str, Callable[[BinaryIO], Iterator[bytes]]] = {".gz": _gzip_chunks, ".zst": _zstd_chunks}
COMPRESSED_SUFFIXES = tuple(_UNPACK)


def _transcoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    # Lone surrogates and bytes that the encoding does not know become bytes that are no UTF-8: the line that holds them
    # is then refused, not the file.
    decoder = codecs.getincrementaldecoder(encoding)(
        "surrogatepass" if encoding.startswith("utf-") else "surrogateescape"
    )
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
