"""Finding International Bank Account Numbers (ISO 13616) by country, length and check digits (ISO 7064, mod 97-10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .span import Span

_START = re.compile(r"(?<![A-Za-z0-9_])(?P<country>[A-Za-z]{2})[0-9]{2}(?=[ \-]?[A-Za-z0-9])")

# The lengths of the SWIFT registry of IBAN formats.
_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG YE",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}


def iban_spans(text: str) -> Iterator[Span]:
    """Yield the place of each valid IBAN, written in one piece or in groups, in order."""
    for start in _START.finditer(text):
        length = _LENGTHS.get(start["country"].upper())
        match = _of_length(length).match(text, start.start()) if length else None
        if match and _passes_mod_97(re.sub(r"[ \-]", "", match[0])):
            yield Span(*match.span())


def _of_length(length: int) -> re.Pattern[str]:
    return re.compile(rf"[A-Za-z0-9](?:[ \-]?[A-Za-z0-9]){{{length - 1}}}(?![A-Za-z0-9_])")


def _passes_mod_97(iban: str) -> bool:
    rotated = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in rotated)) % 97 == 1
