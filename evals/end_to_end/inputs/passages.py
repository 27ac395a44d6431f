"""A row of the multilingual input together with what only a grader may know about it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Passage:
    """One row and its truth.

    ``clean`` is the text that a careful person would leave after all clean-ups: e-mail addresses, telephone numbers and
    IP addresses stand as ``[EMAIL]``, ``[PHONE]`` and ``[IP]``. ``faults`` names what was planted, ``secrets`` are the
    planted strings that identify somebody, ``language`` is an ISO code or ``mixed``.
    """

    id: str
    text: str | None
    source: str
    score: float | None
    year: int
    language: str
    clean: str
    faults: frozenset[str] = field(default_factory=frozenset)
    secrets: tuple[str, ...] = ()
