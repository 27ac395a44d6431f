"""Rewriting a text until nothing is left to rewrite, so that a clean-up and its measure agree.

Removing something can join its neighbours into the same thing again (``<<b>b>`` without the inner tag is a tag), and
hostile text can nest this deeply; the number of rounds is therefore bounded, with a last resort that ends it.
"""

from __future__ import annotations

from collections.abc import Callable

ROUNDS = 10


def until_stable(text: str, change: Callable[[str], str], last_resort: Callable[[str], str]) -> str:
    """Apply ``change`` until the text stays as it is; after ``ROUNDS`` rounds apply ``last_resort`` until then instead.

    ``last_resort`` must reach a text that it leaves alone, and that ``change`` would leave alone too.
    """
    for rewrite, rounds in ((change, ROUNDS), (last_resort, len(text) + 1)):
        for _ in range(rounds):
            rewritten = rewrite(text)
            if rewritten == text:
                return text
            text = rewritten
    return text
