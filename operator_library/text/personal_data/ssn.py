"""Finding US social security numbers, by the rules for numbers that can have been issued."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .span import Span

_HYPHENS = r"\-\u2010-\u2013"
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_])(?<![0-9][.,{_HYPHENS}])"
    rf"(?!000|666|9)(?P<area>[0-9]{{3}})(?P<by>[{_HYPHENS} ]?)(?!00)[0-9]{{2}}(?P=by)(?!0000)[0-9]{{4}}"
    rf"(?![A-Za-z0-9_]|[.,{_HYPHENS}][0-9])"
)
_NAMED = re.compile(r"\b(?:ssn|social\s+security)\b", re.IGNORECASE)
_REACH = 40


def ssn_spans(text: str) -> Iterator[Span]:
    """Yield the place of each social security number: ``123-45-6789``, or other writings where the text says so."""
    for match in _NUMBER.finditer(text):
        if match["by"] not in ("", " ") or _NAMED.search(text, max(0, match.start() - _REACH), match.start()):
            yield Span(*match.span())
