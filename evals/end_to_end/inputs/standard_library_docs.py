"""The documentation of Python's standard library, harvested by the example's own script. Nothing is planted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .sources import InputMissing

HARVEST = Path(__file__).resolve().parents[3] / "examples" / "standard_library_docs" / "harvest.py"


def build(folder: Path) -> Path:
    """Harvest into ``folder`` and return the file: columns ``id``, ``module``, ``kind``, ``text``, ``lines``."""
    if not HARVEST.is_file():
        raise InputMissing(f"There is no file {HARVEST}: it is part of a checkout, not of an installation.")
    path = folder / "standard_library_docs.jsonl"
    subprocess.run([sys.executable, HARVEST, path], check=True, capture_output=True)
    return path
