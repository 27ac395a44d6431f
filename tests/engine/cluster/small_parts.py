"""The command line with small parts, so that a small input has many of them: ``small_parts.py ARGUMENTS``."""

from __future__ import annotations

from corpusmith.engine.cluster import parts
from corpusmith.interfaces.cli import main

if __name__ == "__main__":
    parts.PART_BYTES = 1 << 16
    main()
