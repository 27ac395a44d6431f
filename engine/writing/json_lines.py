"""Writes a JSON Lines file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..disk_errors import writing_to
from ..reading.json_text import json_bytes
from .durable import replace_file


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object per row to ``path``, replacing the file there only when all rows are written.

    Values take the form that ``json_bytes`` gives them. Raises ``UserError`` when the disk is full or refuses.
    """
    partial = path.with_name(f".{path.name}.partial")
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as file:
                file.writelines(json_bytes(dict(row)) + b"\n" for row in rows)
            replace_file(partial, path)
        finally:
            partial.unlink(missing_ok=True)
