"""How a part of a file or folder is named: ``shop.sqlite::orders``, ``folder::test``."""

from __future__ import annotations

from pathlib import Path

PART = "::"


def split_part(path: Path) -> tuple[Path, str | None]:
    """Return the file or folder, and the name of the part if one is named. What exists under the whole name is whole."""
    whole, sign, part = str(path).rpartition(PART)
    if not (sign and whole and part) or path.exists():
        return path, None
    return Path(whole), part
