"""What share of a text is digits or capital letters."""

from __future__ import annotations

from ...engine.declare import operator
from ...engine.operator import Example


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "42 17"}, {"text": "ab 12"}, {"text": "none"}],
        becomes=[
            {"text": "42 17", "digit_share": 1.0},
            {"text": "ab 12", "digit_share": 0.5},
            {"text": "none", "digit_share": 0.0},
        ],
    ),
    use_for=("drop number tables and logs", "find texts that are mostly digits"),
    not_for=("counting numbers", "finding phone or card numbers"),
    aliases=("digit ratio", "share of digits", "percentage of numbers in the text"),
)
def digit_share(text: str) -> float:
    """Share of digits among the characters that are not white space, from 0 to 1.

    Reads ``text``, writes ``digit_share``; 0 for a text with nothing but white space.
    """
    filled = len(text) - sum(map(str.isspace, text))
    return sum(map(str.isdecimal, text)) / filled if filled else 0.0


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "STOP 1"}, {"text": "Ab"}, {"text": "quiet"}],
        becomes=[
            {"text": "STOP 1", "uppercase_share": 1.0},
            {"text": "Ab", "uppercase_share": 0.5},
            {"text": "quiet", "uppercase_share": 0.0},
        ],
    ),
    use_for=("drop texts that shout in capitals", "find headings and boilerplate in capitals"),
    not_for=("scripts without capital letters; their share is 0",),
    aliases=("share of capital letters", "uppercase ratio", "all caps"),
)
def uppercase_share(text: str) -> float:
    """Share of capitals among the letters, from 0 to 1.

    Reads ``text``, writes ``uppercase_share``; 0 for a text without letters.
    """
    letters = sum(map(str.isalpha, text))
    return sum(map(str.isupper, filter(str.isalpha, text))) / letters if letters else 0.0
