"""The consoles that people read, and how text that nobody vouches for is put on them."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """Return a console that reads nothing as markup and never fails on a letter that the terminal cannot show."""
    stream: Any = sys.stderr if stderr else sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def visible(text: str, keep: str = "") -> str:
    """Return ``text`` with all that a terminal would obey or hide (escapes, direction marks) written out, but ``keep``."""
    return "".join(
        letter if letter.isprintable() or letter in keep else letter.encode("unicode_escape").decode()
        for letter in text
    )


def print_json(content: Any) -> None:
    """Print one JSON document on standard output; a reader that has left is no error of ours."""
    stream: Any = sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    unicode = (getattr(stream, "encoding", None) or "").lower().startswith("utf")
    try:
        stream.write(json.dumps(content, indent=2, ensure_ascii=not unicode, default=str) + "\n")
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
