"""Events as JSON lines on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

import orjson

from ...engine.events import Event, EventSink


@contextmanager
def json_lines() -> Iterator[EventSink]:
    """Give what prints an event as one line of JSON, and flushes it, so that a reader sees it at once.

    Meanwhile standard output is the events' alone: what operators print goes to standard error.
    """
    lines = sys.stdout

    def print_line(event: Event) -> None:
        lines.write(orjson.dumps(event.line()).decode() + "\n")
        lines.flush()

    with redirect_stdout(sys.stderr):
        yield print_line


def both(first: EventSink, second: EventSink) -> EventSink:
    """Return what gives every event to two sinks, one after the other."""

    def send(event: Event) -> None:
        first(event)
        second(event)

    return send
