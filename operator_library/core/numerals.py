"""Numbers as people write them: ``1,234``, `` 7 ``, ``3.5e2``, ``-0.5``. Exact, so no digit is lost on the way."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_NUMERAL = re.compile(
    r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?",
    re.ASCII,
)
_MINUS_SIGN = "\N{MINUS SIGN}"


def unquoted(text: str) -> str:
    """Return ``text`` without surrounding white space and one pair of double quotes.

    Text in a column of mixed types is carried as JSON, so a value may come with the quotes of its JSON form.
    """
    bare = text.strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] == '"' else bare


def numeral(text: str) -> Decimal | None:
    """Return the exact number that ``text`` writes, or ``None`` when it writes none.

    Surrounding white space and a pair of quotes are ignored. A comma groups thousands and must stand between groups
    of three digits, so ``1,23`` is no number. ``nan``, ``inf``, percentages and amounts with a currency are no numbers
    either.
    """
    written = unquoted(text).replace(_MINUS_SIGN, "-")
    if _NUMERAL.fullmatch(written) is None:
        return None
    try:
        return Decimal(written.replace(",", ""))
    except InvalidOperation:  # an exponent beyond anything that can be held
        return None
