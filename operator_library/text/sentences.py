"""Counting sentences by their end marks, without a language model."""

from __future__ import annotations

import re

from ...engine.declare import operator
from ...engine.operator import Example

# Full stops of scripts with spaces end a sentence only before white space; those of Chinese and Japanese always do.
_END = re.compile(
    r"""(?P<stop>[.!?\u2026\u061f\u06d4\u0964\u0965\u203c\u2047-\u2049]+)["'\u2019\u201d\u00bb)\]]*(?=\s|\Z)"""
    r"""|[。！？｡]+[」』”’）]*"""
    r"""|\n[^\S\n]*(?=\n)"""
)
_WORD_BEFORE = re.compile(r"[^\W\d_](?:[^\W\d_]|\.)*\Z")
_NEXT_WORD = re.compile(r"\s*[\"'\u2018\u201c\u00ab(\[]*(\w)")
_LONGEST_ABBREVIATION = 24

_BEFORE_A_NAME = "mr mrs ms dr prof st sr jr rev hon gen col lt sgt capt messrs mme mlle hr fr dipl ing"
_BEFORE_MORE = "e.g i.e z.b d.h u.a cf vs al viz ca approx fig figs eq no nr vol pp ed eds sec ch art abs bzw"
_ABBREVIATIONS = frozenset((_BEFORE_A_NAME + " " + _BEFORE_MORE).split())


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "Dr. Wu paid 3.50. Was it much? No!"}, {"text": "你好。再见。"}, {"text": "no end mark"}],
        becomes=[
            {"text": "Dr. Wu paid 3.50. Was it much? No!", "sentence_count": 3},
            {"text": "你好。再见。", "sentence_count": 2},
            {"text": "no end mark", "sentence_count": 1},
        ],
    ),
    use_for=("drop texts with too few sentences", "keep answers of a few sentences"),
    not_for=("exact linguistic segmentation", "languages without sentence marks, such as Thai"),
    aliases=("number of sentences", "how many sentences", "length in sentences"),
)
def sentence_count(text: str) -> int:
    """Number of sentences, by end marks (``. ! ?`` and those of other scripts) and blank lines.

    Reads ``text``, writes ``sentence_count``. Common abbreviations, initials and decimals do not end a sentence, nor
    does a full stop before a lower-case word. A stretch without letters or digits is no sentence.
    """
    sentences, start = 0, 0
    for mark in _END.finditer(text):
        if mark["stop"] == "." and not _ends_sentence(text, mark.start(), mark.end()):
            continue
        sentences += _has_content(text, start, mark.start())
        start = mark.end()
    return sentences + _has_content(text, start, len(text))


def _has_content(text: str, start: int, end: int) -> bool:
    return any(text[position].isalnum() for position in range(start, end))


def _ends_sentence(text: str, dot: int, after: int) -> bool:
    following = _NEXT_WORD.match(text, after)
    if following is None:
        return True
    if following[1].islower():
        return False
    before = _WORD_BEFORE.search(text, max(0, dot - _LONGEST_ABBREVIATION), dot)
    word = before[0].lower() if before else ""
    is_initial = len(word) == 1 and text[dot - 1].isupper() and word != "i"
    return not is_initial and word not in _ABBREVIATIONS
