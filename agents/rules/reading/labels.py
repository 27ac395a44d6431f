"""Labels: run-in headings such as *Length.*, *Length:* or *Length -*, which only name what the demand after them is about."""

from __future__ import annotations

from collections.abc import Sequence

from .blocks import Block
from .lexicon import Lexicon
from .scan import Scan
from .tokens import Token

_MARKS = (":", "-", "–", "—")


def is_label(sentence: Sequence[Token], block: Block, spec: str, lexicon: Lexicon) -> bool:
    """Say whether the first of several sentences of a block is a label.

    A word that could be a demand of its own (*Deduplication.*) is one only with a number before it or in bold.
    """
    if block.kind not in ("item", "paragraph"):
        return False
    words = tuple(token.text for token in sentence)
    return words in lexicon.members("run_in") or (
        words in lexicon.members("run_in_marked") and _is_marked(sentence[0].start, spec)
    )


def label_end(scan: Scan) -> int:
    """Return the position after a label and its colon or dash at the start of a sentence; 0 where none stands."""
    end = scan.one_of("run_in", 0) or scan.one_of("run_in_marked", 0)
    return end + 1 if end is not None and scan.word(end) in _MARKS else 0


def _is_marked(start: int, spec: str) -> bool:
    before = spec[spec.rfind("\n", 0, start) + 1 : start]
    return "**" in before or "__" in before or any(char.isdigit() for char in before)
