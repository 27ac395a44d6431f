"""Broken Unicode: counting the places and mending them, with ftfy (Speer, "ftfy: fixes text for you", 2019)."""

from __future__ import annotations

import re
import unicodedata

from ...engine.declare import operator
from ...engine.operator import Example
from .rewriting import until_stable

# Control characters but for tab and line ends, lone surrogates, the replacement character, soft breaks without width,
# byte order marks, and the marks of interlinear annotation and of deprecated formatting.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd\ufeff\u180e\u200b\u2060-\u2064\u206a-\u206f\ufff9-\ufffb]"
)
# Joiners are spelling in Persian and the Indic scripts and join emoji; anywhere else nobody can see them.
_JOINER = re.compile(r"[\u200c\u200d]")
_JOINED_SCRIPTS = re.compile(r"[\u0590-\u109f\u1780-\u18aa\ua800-\uabff\ufe0f\U0001e900-\U0001e95f]")
_PICTURES = re.compile(r"[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def _is_stray(text: str, position: int) -> bool:
    """Say whether the joiner at ``position`` joins nothing."""
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if _JOINED_SCRIPTS.match(before):
        return False
    return not (_PICTURES.match(before) and _PICTURES.match(after))


def _broken_lines(text: str) -> int:
    """The lines that were decoded with the wrong encoding, as far as ftfy can tell and mend."""
    if text.isascii():
        return 0
    from ftfy import fix_encoding

    return sum(1 for line in text.split("\n") if not line.isascii() and fix_encoding(line) != line)


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "cafÃ© null\x00 zero\u200bwidth"}, {"text": "café"}],
        becomes=[
            {"text": "cafÃ© null\x00 zero\u200bwidth", "unicode_problem_count": 3},
            {"text": "café", "unicode_problem_count": 0},
        ],
    ),
    use_for=("find texts with broken encoding", "check for control and invisible characters"),
    not_for=("finding foreign scripts; use language",),
    aliases=("mojibake", "encoding errors", "invisible characters", "garbled text"),
)
def unicode_problem_count(text: str) -> int:
    """Number of places with broken Unicode.

    Reads ``text``, writes ``unicode_problem_count``. Counted are control characters (not tab and line ends), the
    replacement character, zero-width characters that join nothing and byte order marks, one for each line that was
    decoded with the wrong encoding (``cafÃ©``), and one for a text that is not in normal form C.
    """
    unwanted = sum(1 for _ in _UNWANTED.finditer(text))
    stray = sum(_is_stray(text, joiner.start()) for joiner in _JOINER.finditer(text))
    return unwanted + stray + _broken_lines(text) + (not unicodedata.is_normalized("NFC", text))


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"text": "cafÃ© null\x00 zero\u200bwidth"}, {"text": "e\u0301tude"}],
        becomes=[{"text": "café null zerowidth"}, {"text": "étude"}],
    ),
    use_for=("repair mojibake", "remove control and zero-width characters", "bring text into normal form"),
    not_for=("transliterating to ASCII", "removing accents"),
    aliases=("fix encoding", "fix unicode", "clean control characters", "NFC"),
)
def normalize_unicode(text: str) -> str:
    """Mend wrong encodings, drop control and invisible characters, and bring the text into normal form C.

    Reads and writes ``text``; ``unicode_problem_count`` of the result is 0. Quotation marks, ligatures and full-width
    characters stay as they were written.
    """
    return until_stable(text, _mended, _without_unwanted)


def _mended(text: str) -> str:
    if not text.isascii():
        from ftfy import fix_encoding

        text = "\n".join(line if line.isascii() else fix_encoding(line) for line in text.split("\n"))
    return _without_unwanted(_ANSI.sub("", text))


def _without_unwanted(text: str) -> str:
    visible = _UNWANTED.sub("", text)
    joined = _JOINER.sub(lambda found: "" if _is_stray(visible, found.start()) else found[0], visible)
    return unicodedata.normalize("NFC", joined)
