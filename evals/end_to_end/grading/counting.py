"""Counting words, characters and sentences under every reading that a reasonable person may have."""

from __future__ import annotations

import re
import unicodedata

from .fates import Fate, fate

WORD_RUNS = re.compile(r"\w+")
WORDS = re.compile(r"\w+(?:['’.\-]\w+)*")
LETTER_WORDS = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
SENTENCE_ENDS = (
    re.compile(r"[.!?]+(?=[\s\"'”’)\]]|$)"),
    re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9]|\s*$)"),
    re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[A-Z]|\s*$)"),
    re.compile(
        r"(?<!\b[A-Z])(?<!\b[DJMS]r)(?<!\bMs)(?<!\bSt)(?<!\bNo)(?<!\bvs)(?<!\bMrs)(?<!\betc)[.!?]+(?=[\s\"'”’)\]]|$)"
    ),
    re.compile(r"[.!?]+"),
)
PIECE_ENDS = re.compile(r"(?<=[.!?])\s+|\n")
"""Where pieces end that count as sentences when the end of a line, or of the text, ends one too."""


def words_within(text: str, low: float = 0, high: float = float("inf")) -> Fate:
    """Return whether the number of words is within the bounds, under every reading of word, some, or none."""
    counts = [len(text.split()), *(len(one.findall(text)) for one in (WORD_RUNS, WORDS, LETTER_WORDS))]
    return _within(counts, low, high)


def characters_within(text: str, low: float = 0, high: float = float("inf")) -> Fate:
    """Return whether the number of characters is within the bounds: code points, composed ones, with or without ends."""
    composed = unicodedata.normalize("NFC", text)
    visible = [char for char in composed if not unicodedata.combining(char)]
    return _within([len(text), len(composed), len(visible), len(text.strip())], low, high)


def sentences_within(text: str, low: float, high: float) -> Fate:
    """Return whether the number of sentences is within the bounds; abbreviations, numbers and tails make it open."""
    counts = [len(ends.findall(text)) for ends in SENTENCE_ENDS]
    pieces = [piece for piece in PIECE_ENDS.split(text) if any(char.isalnum() for char in piece)]
    return _within([*counts, len(pieces)], low, high)


def _within(counts: list[int], low: float, high: float) -> Fate:
    """Between two readings lie more, so all of them must be on the same side of the bounds for a row to be dropped."""
    inside = fate(low <= count <= high for count in counts)
    one_side = max(counts) < low or min(counts) > high
    return inside if inside is not Fate.DROP or one_side else Fate.OPEN
