"""Shows for each reason why a finished run dropped rows how many went, and the first one.

    python dropped.py INPUT.jsonl RUN_FOLDER

It needs nothing but the standard library: what a run leaves behind is plain files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

WIDTH = 60


def main(arguments: list[str]) -> int:
    """Print a line per step and reason, the most frequent first."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python dropped.py INPUT.jsonl RUN_FOLDER\n")
        return 2
    source, run = Path(arguments[0]), Path(arguments[1])
    rows, dropped = read(source), read(run / "dropped.jsonl")
    print_lines(["", f"{len(dropped):,} of {len(rows):,} rows were dropped. Each reason with its first row:", ""])
    print_lines(reasons(rows, dropped))
    return 0


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def reasons(rows: list[dict[str, Any]], dropped: list[dict[str, Any]]) -> list[str]:
    """Return, for each step and reason, how many rows were dropped and the beginning of the first of them."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for drop in dropped:
        groups.setdefault((drop["step"], drop["reason"]), []).append(drop)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [f"{len(drops):7,}  {reason:24} {excerpt(rows, drops[0]['row'])}" for (_, reason), drops in ordered]


def excerpt(rows: list[dict[str, Any]], row: str) -> str:
    """Return the id and the first words of a row, named as ``input:FILE:LINE``."""
    found = rows[int(row.rpartition(":")[2]) - 1]
    words = " ".join(found["text"].split())
    return f"{found['id']}: {words[:WIDTH]}{'...' if len(words) > WIDTH else ''}"


def print_lines(lines: list[str]) -> None:
    """Print lines of text."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
