"""How much confined code may take. Reaching a limit is an outcome, not an error of ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one confined tree of processes."""

    seconds: float | None = 60.0
    """Wall clock from the code's start; ``None`` for workers, whose batches have deadlines of their own."""
    memory_bytes: int = 2 << 30
    """Of the whole tree: anonymous and shared memory, page tables, swap, and files in memory."""
    disk_bytes: int = 256 << 20
    """Of all files together that the code writes, and of each."""
    files: int = 10_000
    """Files, folders and links that the code makes."""
    tasks: int = 256
    """Processes and threads together; libraries start some of their own."""
    output_bytes: int = 64 << 10
    """How much of each of stdout and stderr is kept; the rest is read and thrown away."""
    flood_bytes: int = 64 << 20
    """How much may be written to stdout or stderr before it ends the code."""
