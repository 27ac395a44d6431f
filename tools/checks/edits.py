"""What an edit may change: nothing that no rule objects to, and of a text not most of what clean-ups leave."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ...engine.reading.json_text import json_bytes
from ...operator_library.core.presence import is_missing
from .clean_ups import Rules, cast, cleaned
from .input_reading import cheapest_first, keeps
from .rules.value_type import ScalarType

Fault: TypeAlias = Literal["lost", "needless", "blanked"]

LEAST_LEFT = 0.5
"""The share of a text that must be left of what the library's clean-ups leave; an edit of any other kind has slack."""

_GRAM = 3
_NULL = b"null"
_NO_LETTER = re.compile(r"[\W_]+")


def fault_of_edit(before: Any, after: Any, rules: Rules, to: ScalarType | None) -> Fault | None:
    """Say what is wrong with an edited value: it is lost, changed although it kept every rule, or hardly any is left.

    ``to`` is the type that the value is cast to; ``rules`` are the rules that the edit serves.
    """
    was, became = cast(before, to), cast(after, to)
    written, rewritten = json_bytes(was), json_bytes(became)
    if written == rewritten:
        return None
    if rewritten == _NULL:
        return None if to is not None and is_missing(before) else "lost"
    if keeps(was, cheapest_first(rules)):
        return "needless"
    if isinstance(was, str) and isinstance(became, str):
        return "blanked" if share_left(cleaned(was, rules, bare=True), became) < LEAST_LEFT else None
    return None


def share_left(expected: str, text: str) -> float:
    """Return which share of the letters and digits of one text, in runs of three, stand in another; 1 of none.

    Case, accents, white space and punctuation do not count, so that edits may differ in how they leave them.
    """
    wanted, there = _letters(expected), _letters(text)
    if not len(wanted):
        return 1.0
    length = min(_GRAM, len(wanted))
    grams, counts = np.unique(_grams(wanted, length), return_counts=True)
    found, found_counts = np.unique(_grams(there, length), return_counts=True)
    _, at, found_at = np.intersect1d(grams, found, assume_unique=True, return_indices=True)
    return float(np.minimum(counts[at], found_counts[found_at]).sum() / counts.sum())


def _letters(text: str) -> npt.NDArray[np.uint64]:
    bare = _NO_LETTER.sub("", unicodedata.normalize("NFKD", text).casefold())
    return np.frombuffer(bare.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)


def _grams(letters: npt.NDArray[np.uint64], length: int) -> npt.NDArray[np.uint64]:
    grams = np.zeros(max(0, len(letters) - length + 1), np.uint64)
    for place in range(length):
        grams = (grams << np.uint64(21)) | letters[place : place + len(grams)]
    return grams
