"""Arrow IPC: streams, in which the ``datasets`` package saves its data, and files (Feather 2)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import UserError
from .format import InputFile
from .typed_file import BATCH_ROWS, TypedFile

_FILE_MAGIC = b"ARROW1"
_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"


class ArrowFiles(TypedFile):
    """Reads ``.arrow``, of either kind."""

    suffixes = (".arrow",)

    @contextmanager
    def opened(self, file: InputFile) -> Iterator[Any]:
        """Map the file into memory; a stream without its mark of the end is cut off, even between two batches."""
        try:
            magic, end = _both_ends(file.path)
            with pa.memory_map(str(file.path)) as mapped:
                if magic == _FILE_MAGIC:
                    yield pa.ipc.open_file(mapped)
                elif end == _END_OF_STREAM:
                    yield pa.ipc.open_stream(mapped)
                else:
                    raise pa.ArrowInvalid("It does not end with the mark of a complete stream.")
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise UserError(
                f"{file.name} is not an Arrow file, or it is cut off or damaged.",
                f"{str(error).splitlines()[0]}",
                "Fetch or write the file again.",
            ) from error

    def schema(self, opened: Any) -> pa.Schema:
        """Return the file's schema."""
        return opened.schema

    def rows(self, opened: Any) -> int | None:
        """Return ``None``: neither kind says how many rows it has."""
        return None

    def batches(self, opened: Any, columns: list[str] | None) -> Iterable[pa.RecordBatch]:
        """Yield the rows in batches no larger than elsewhere."""
        stored = (
            opened if hasattr(opened, "read_next_batch") else map(opened.get_batch, range(opened.num_record_batches))
        )
        for batch in stored:
            chosen = batch if columns is None else batch.select(columns)
            for start in range(0, batch.num_rows, BATCH_ROWS):
                yield chosen.slice(start, BATCH_ROWS)


def _both_ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        magic = file.read(len(_FILE_MAGIC))
        file.seek(max(0, file.seek(0, os.SEEK_END) - len(_END_OF_STREAM)))
        return magic, file.read()
