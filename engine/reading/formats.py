"""The formats that can be read, by file name ending. A new format is one more entry here."""

from __future__ import annotations

from pathlib import Path

from .byte_stream import COMPRESSED_SUFFIXES
from .csv import SeparatedValues
from .format import Format
from .json_array import JsonArray
from .jsonl import JsonLines
from .parquet import Parquet
from .text_files import TextFiles

FORMATS: tuple[Format, ...] = (
    JsonLines(),
    JsonArray(),
    Parquet(),
    SeparatedValues(".csv", ","),
    SeparatedValues(".tsv", "\t"),
    TextFiles(),
)


def format_of(path: Path) -> Format | None:
    """Return the format of the file by its ending, or ``None`` when no format reads it."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compressed = bool(suffixes) and suffixes[-1] in COMPRESSED_SUFFIXES
    ending = (suffixes[-2:-1] if compressed else suffixes[-1:]) or [""]
    known = (entry for entry in FORMATS if ending[0] in entry.suffixes)
    return next((entry for entry in known if entry.compressible or not compressed), None)


def supported() -> str:
    """Return the file name endings that can be read, for a message."""
    endings = ", ".join(suffix for entry in FORMATS for suffix in entry.suffixes)
    packed = " and ".join(COMPRESSED_SUFFIXES)
    return f"{endings} (all but .parquet also with {packed})"
