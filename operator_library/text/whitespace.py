"""Untidy white space: counting the places and tidying them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from ...engine.declare import operator
from ...engine.operator import Example

_PROBLEM = re.compile(r"\r\n?|^[^\S\r\n]+|[^\S\r\n]+(?=[\r\n])|[^\S\r\n]{2,}|[^\S \r\n]|\n{3,}", re.MULTILINE)
_LINE_END = re.compile(r"\r\n?")
_GAP = re.compile(r"[^\S\n]+")
_AROUND_LINE_END = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": " two  spaces \nhere"}, {"text": "tidy text\n\nin two paragraphs"}],
        becomes=[
            {"text": " two  spaces \nhere", "whitespace_problem_count": 3},
            {"text": "tidy text\n\nin two paragraphs", "whitespace_problem_count": 0},
        ],
    ),
    use_for=("check that white space is tidy", "find texts with broken layout"),
    not_for=("source code, where indentation has a meaning",),
    aliases=("extra spaces", "messy whitespace", "double spaces and trailing blanks"),
)
def whitespace_problem_count(text: str) -> int:
    """Number of places with untidy white space.

    Reads ``text``, writes ``whitespace_problem_count``. Untidy are: white space at the start or end of the text or of
    a line, two or more spaces in a row, white space between words that is no space (tabs, no-break spaces), three or
    more line ends in a row, and carriage returns.
    """
    inner = text.strip()
    edges = (text[:1].isspace()) + (inner != "" and text[-1:].isspace())
    return edges + sum(1 for _ in _PROBLEM.finditer(inner))


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"text": " two  spaces \r\n\n\n\nhere"}, {"text": "tidy"}],
        becomes=[{"text": "two spaces\n\nhere"}, {"text": "tidy"}],
    ),
    use_for=("collapse repeated spaces and blank lines", "trim white space around text"),
    not_for=("source code and tables, where indentation has a meaning",),
    aliases=("clean whitespace", "trim", "remove extra spaces", "collapse blank lines"),
)
def normalize_whitespace(
    text: str,
    *,
    keep_newlines: Annotated[
        bool, Field(description="Keep line ends and single blank lines; otherwise all becomes one line.")
    ] = True,
) -> str:
    """Tidy white space: single spaces, none at the ends of the text or of a line, at most one blank line in a row.

    Reads and writes ``text``; ``whitespace_problem_count`` of the result is 0.
    """
    if not keep_newlines:
        return " ".join(text.split())
    spaced = _GAP.sub(" ", _LINE_END.sub("\n", text))
    return _EMPTY_LINES.sub("\n\n", _AROUND_LINE_END.sub("\n", spaced)).strip()
