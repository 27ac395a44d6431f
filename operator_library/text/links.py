"""Web addresses in a text: counting and removing them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from ...engine.declare import operator
from ...engine.operator import Example
from .rewriting import until_stable

_START = re.compile(r"(?<![A-Za-z0-9])(?:(?:https?|ftps?)://|www\.)(?=[^\s<>\"`|\\^{}.,;:!?'()\[\]])", re.IGNORECASE)
_REST = re.compile(r"[^\s<>\"`|\\^{}\u3000-\u3002\uff01-\uff60]+")
_CLOSING = {")": "(", "]": "["}
_TRAILING = ".,;:!?'*_~"


def url_spans(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each address that begins with a scheme (http, https, ftp) or with ``www.``.

    Punctuation that ends the sentence is not part of an address; a closing bracket is, if it was opened within.
    """
    spans: list[tuple[int, int]] = []
    for start in _START.finditer(text):
        if spans and start.start() < spans[-1][1]:
            continue
        rest = _REST.match(text, start.end())
        if rest is not None:
            spans.append((start.start(), _without_trailing_marks(text, start.end(), rest.end())))
    return spans


def _without_trailing_marks(text: str, start: int, end: int) -> int:
    surplus = {
        close: text.count(close, start, end) - text.count(opening, start, end) for close, opening in _CLOSING.items()
    }
    while end > start + 1:
        last = text[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return end


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[{"text": "See https://example.com/a_(b), or www.example.org."}, {"text": "No link here: example.com"}],
        becomes=[
            {"text": "See https://example.com/a_(b), or www.example.org.", "url_count": 2},
            {"text": "No link here: example.com", "url_count": 0},
        ],
    ),
    use_for=("drop texts full of links", "check that no web addresses are left"),
    not_for=("bare domain names without http or www", "e-mail addresses; use email_count"),
    aliases=("number of links", "count urls", "web addresses"),
)
def url_count(text: str) -> int:
    """Number of web addresses that begin with ``http://``, ``https://``, ``ftp://`` or ``www.``.

    Reads ``text``, writes ``url_count``.
    """
    return len(url_spans(text))


def _no_url(replacement: str) -> str:
    if url_spans(replacement):
        raise ValueError(f"the replacement {replacement!r} holds a web address itself")
    return replacement


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"text": "See https://example.com/page."}, {"text": "No link."}],
        becomes=[{"text": "See [URL]."}, {"text": "No link."}],
        params={"replacement": "[URL]"},
    ),
    use_for=("strip links from documents", "replace web addresses with a tag"),
    not_for=("removing e-mail addresses; use mask_personal_data", "removing HTML links; use remove_html"),
    aliases=("remove links", "strip urls", "delete web addresses"),
)
def remove_urls(
    text: str,
    *,
    replacement: Annotated[
        str, Field(description="What stands in place of each address."), AfterValidator(_no_url)
    ] = "",
) -> str:
    """Remove web addresses, or put a text in their place; ``url_count`` of the result is 0.

    Reads and writes ``text``. The white space around an address stays as it is.
    """
    return until_stable(text, lambda it: _replaced(it, replacement), lambda it: _replaced(it, "\n"))


def _replaced(text: str, replacement: str) -> str:
    pieces, position = [], 0
    for start, end in url_spans(text):
        pieces += [text[position:start], replacement]
        position = end
    return "".join([*pieces, text[position:]])
