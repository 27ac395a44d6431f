"""Writes a JSON Lines file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..reading.json_text import json_bytes
from .durable import write_whole


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object per row to ``path``, replacing the file there only when all rows are written.

    Values take the form that ``json_bytes`` gives them. Raises ``UserError`` when the disk is full or refuses.
    """
    write_whole(path, (json_bytes(dict(row)) + b"\n" for row in rows))
