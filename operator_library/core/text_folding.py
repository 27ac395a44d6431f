"""When two texts count as the same although they are written differently."""

from __future__ import annotations

from typing import Literal, TypeAlias

Normalization: TypeAlias = Literal["none", "whitespace", "case_and_whitespace"]


def folded(text: str, normalize: Normalization) -> str:
    """Return what texts that count as the same have in common.

    ``whitespace`` trims and makes every run of white space one space; ``case_and_whitespace`` also folds case.
    """
    if normalize == "none":
        return text
    spaced = " ".join(text.split())
    return spaced.casefold() if normalize == "case_and_whitespace" else spaced
