"""What happens to a row besides going on: it is dropped with a reason, or quarantined with an error."""

from __future__ import annotations

from typing import NamedTuple


class Dropped(NamedTuple):
    """A row that a step dropped on purpose; one line of ``dropped.jsonl``."""

    row: str
    step: str
    reason: str


class Quarantined(NamedTuple):
    """A row that could not be read or processed; one line of ``quarantine.jsonl``.

    ``step`` is ``read`` for a row that never became one, such as a broken line.
    """

    row: str
    step: str
    error: str
