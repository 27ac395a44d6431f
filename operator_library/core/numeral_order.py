"""Text that writes numbers, in the order of the numbers: ``9`` before ``20``."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .numerals import numeral

_FAR = 1 << 63
_COMPLEMENT = bytes(255 - byte for byte in range(256))


def all_numerals(texts: Iterable[str | None]) -> bool:
    """Say whether there is a text that is not null, and each of those writes a number."""
    found = False
    for text in texts:
        if text is not None:
            if numeral(text) is None:
                return False
            found = True
    return found


def numeral_key(text: str) -> bytes:
    """Return bytes in the order of the numbers that texts write, the same for equal numbers; nothing is rounded.

    Raises ``ValueError`` for a text that writes no number.
    """
    number = numeral(text)
    if number is None:
        raise ValueError(f"{text!r} writes no number")
    if not number:
        return b"\x01"
    size = _size(number)
    return b"\x02" + size if number > 0 else b"\x00" + size.translate(_COMPLEMENT) + b"\xff"


def _size(number: Decimal) -> bytes:
    """A number's distance from zero: the power of ten of its first digit, then its digits."""
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return (number.adjusted() + _FAR).to_bytes(8, "big") + digits.encode("ascii")
