"""Whether a text matches a regular expression."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from ...engine.declare import operator
from ...engine.operator import Example


def _compilable(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        place = "" if error.pos is None else f" at character {error.pos + 1}"
        raise ValueError(f"`{pattern}` is no regular expression: {error.msg}{place}") from error
    return pattern


Pattern: TypeAlias = Annotated[
    str, AfterValidator(_compilable), Field(description="A regular expression in Python's syntax.", min_length=1)
]


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"value": "AB-12"}, {"value": "AB-12 (old)"}, {"value": None}],
        params={"pattern": r"[A-Z]{2}-\d+", "whole": True},
        becomes=[
            {"value": "AB-12", "matches_pattern": True},
            {"value": "AB-12 (old)", "matches_pattern": False},
            {"value": None, "matches_pattern": False},
        ],
    ),
    use_for=("a column must have a certain format", "keep rows that contain an expression", "check identifiers"),
    not_for=("replacing text", "lists of fixed values"),
    aliases=("regex", "regular expression", "matches the format", "contains the pattern"),
)
def matches_pattern(
    value: str | None,
    *,
    pattern: Pattern,
    ignore_case: Annotated[bool, Field(description="Whether upper and lower case are the same.")] = False,
    whole: Annotated[bool, Field(description="Whether the whole text must match, not just a part.")] = False,
) -> bool:
    """Whether the text contains a match of the pattern or, with ``whole``, is one. Null matches nothing."""
    if value is None:
        return False
    expression = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    return (expression.fullmatch(value) if whole else expression.search(value)) is not None
