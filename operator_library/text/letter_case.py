"""Changing the case of letters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...engine.declare import operator
from ...engine.operator import Example


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"text": "Hello World"}, {"text": "already lower"}],
        becomes=[{"text": "hello world"}, {"text": "already lower"}],
    ),
    use_for=("lower-case all text", "turn text into capitals"),
    not_for=("comparing texts without regard to case; operators that compare have a parameter for it",),
    aliases=("lowercase", "uppercase", "to lower case"),
)
def change_case(
    text: str,
    *,
    case: Annotated[Literal["lower", "upper"], Field(description="The case that all letters get.")] = "lower",
) -> str:
    """Write all letters in lower case, or all in upper case.

    Reads and writes ``text``. Some letters change the length of the text: ``ß`` becomes ``SS``.
    """
    return text.lower() if case == "lower" else text.upper()
