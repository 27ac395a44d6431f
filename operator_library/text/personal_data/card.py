"""Finding payment card numbers by issuer range, length, grouping and check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .span import Span

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_])(?<![0-9][.,\-])"
    r"(?:[0-9]{12,19}"
    r"|[0-9]{4}(?P<four>[ \-])[0-9]{4}(?P=four)[0-9]{4}(?P=four)[0-9]{4}(?:(?P=four)[0-9]{3})?"
    r"|[0-9]{4}(?P<six>[ \-])[0-9]{6}(?P=six)[0-9]{4,5})"
    r"(?![A-Za-z0-9_]|[.,\-][0-9])"
)
# Issuer ranges: Visa; Mastercard; American Express; Diners Club; Discover; JCB (all of 35, as older and synthetic
# numbers use more than 3528 to 3589); Maestro and UnionPay.
_ISSUED = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}"
    r"|3(?:0[0-59]|[689][0-9])[0-9]{11}"
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12,15}"
    r"|35[0-9]{14,17}|(?:1800|2131)[0-9]{11}"
    r"|(?:50|5[6-8]|6[0-9])[0-9]{10,17}"
)


def card_spans(text: str) -> Iterator[Span]:
    """Yield the place of each payment card number, in order."""
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _ISSUED.fullmatch(digits) and passes_luhn(digits):
            yield Span(*match.span())


def passes_luhn(digits: str) -> bool:
    """Say whether the last digit is the check digit after Luhn (US patent 2,950,048; ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
