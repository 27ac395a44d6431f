"""The formats that can be read, by file name ending. A new format is one more entry here."""

from __future__ import annotations

from pathlib import Path

from .arrow_files import ArrowFiles
from .byte_stream import COMPRESSED_SUFFIXES
from .csv import SeparatedValues
from .format import Format
from .json_array import JsonArray
from .jsonl import JsonLines
from .parquet import Parquet
from .sqlite_tables import SqliteLog, SqliteTables
from .text_files import TextFiles

_LOGS = SqliteLog()
FORMATS: tuple[Format, ...] = (
    JsonLines(),
    JsonArray(),
    Parquet(),
    ArrowFiles(),
    SeparatedValues(".csv", ","),
    SeparatedValues(".tsv", "\t"),
    SqliteTables(),
    TextFiles(),
)


def format_of(path: Path) -> Format | None:
    """Return the format of the file by its ending, or ``None`` when no format reads it."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compressed = bool(suffixes) and suffixes[-1] in COMPRESSED_SUFFIXES
    ending = (suffixes[-2:-1] if compressed else suffixes[-1:]) or [""]
    known = (entry for entry in (*FORMATS, _LOGS) if ending[0] in entry.suffixes)
    return next((entry for entry in known if entry.compressible or not compressed), None)


def supported() -> str:
    """Return the file name endings that can be read, for a message."""
    endings = ", ".join(suffix for entry in FORMATS for suffix in entry.suffixes)
    packed = " and ".join(COMPRESSED_SUFFIXES)
    never = ", ".join(suffix for entry in FORMATS if not entry.compressible for suffix in entry.suffixes)
    return f"{endings} (all but {never} also with {packed})"
