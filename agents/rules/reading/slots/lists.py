"""Lists of anything: ``a, b and c``, ``a or b``, ``a/b``, and how their last two are joined."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..scan import Scan
from .slot import Slot

Joint: TypeAlias = Literal["", ",", "and", "or"]
_WORDS: dict[str, Joint] = {"and": "and", "&": "and", "or": "or", "nor": "or", "/": ",", ",": ","}


def listed(scan: Scan, at: int, item: Slot) -> list[tuple[int, list[Any], Joint]]:
    """Return the longest list of items at a position with its joint; an item alone is a list of one.

    The joint is the word before the last item; ``,`` where there are commas only. A list whose joints contradict each
    other (``a and b or c``) ends before the contradiction.
    """
    first = item(scan, at)
    if not first:
        return []
    end, value = first[-1]
    values, joint = [value], ""
    while True:
        word, start = _joint(scan, end)
        found = item(scan, start) if word else []
        if not found or (joint in ("and", "or") and word in ("and", "or") and joint != word):
            return [(end, values, joint)]  # type: ignore[list-item]
        joint = word if word != "," or joint == "" else joint
        end, value = found[-1]
        values.append(value)


def _joint(scan: Scan, at: int) -> tuple[Joint, int]:
    """The joint at a position and where the next item may begin: after ``,``, ``, and``, ``and/or`` or ``or a``."""
    word, end = _WORDS.get(scan.word(at), ""), at + 1
    if not word:
        return "", at
    if word == "," and scan.word(at) == "," and scan.word(end) in _WORDS and scan.word(end) not in (",", "/"):
        word, end = _WORDS[scan.word(end)], end + 1
    if word == "and" and scan.word(end) == "/" and scan.word(end + 1) == "or":
        word, end = "or", end + 2
    return word, scan.after("list_article", end)
