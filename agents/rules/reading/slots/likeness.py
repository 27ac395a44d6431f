"""``{likeness}`` and ``{unlikeness}``: how like each other two texts must be to count as the same."""

from __future__ import annotations

from ..scan import Scan
from .bounds import bounded, nothing_after, similarity
from .numbers import ratio
from .slot import Found


def likeness(scan: Scan, at: int) -> Found:
    """A similarity with the words around it: ``with Jaccard >= 0.7``, ``(90% or more similar)``, ``at 0.85``."""
    opened = scan.word(at) in ("(", "[")
    start = _figure(scan, "likeness_opener", at + 1 if opened else at)
    noun = scan.one_of("likeness_noun", start)
    made = []
    for end, value in similarity(scan, start if noun is None else _figure(scan, "likeness_is", noun)):
        stop = scan.after("or_more", scan.after("likeness_noun", scan.after("alike", end)))
        if opened == (scan.word(stop) in (")", "]")):
            made.append((stop + opened, value))
    return made


def _figure(scan: Scan, words: str, at: int) -> int:
    """Skip words, as far as a figure: ``at 0.9``, but ``at least 0.9`` begins with its bound."""
    while not similarity(scan, at) and (end := scan.one_of(words, at)) is not None:
        at = end
    return at


def unlikeness(scan: Scan, at: int) -> Found:
    """The similarity that must not be reached: ``less than 80 % similar``."""
    found = []
    for end, bound, _ in bounded(scan, at, ratio, nothing_after):
        alike = scan.one_of("alike", end)
        if alike is not None and bound.max is not None and bound.min is None:
            found.append((alike, bound.max))
    return found
