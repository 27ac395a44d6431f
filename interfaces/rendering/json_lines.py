"""Events as JSON lines on standard output."""

from __future__ import annotations

import sys

import orjson

from ...engine.events import Event


def print_json_line(event: Event) -> None:
    """Print one event as one line of JSON and flush, so that a reader sees it at once."""
    sys.stdout.write(orjson.dumps(event.line()).decode() + "\n")
    sys.stdout.flush()
