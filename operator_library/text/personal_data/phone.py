"""Finding telephone numbers by their writing, by the numbering plans of phonenumbers, and by the words around them.

Digits alone say little: dates, ISBNs, page ranges and ids look alike. A writing that nothing else has is enough
(``+49 30 123456``, ``(030) 123 456``, ``415-555-2671``), a national writing must exist in some numbering plan, and
anything else counts only beside a word such as "phone" or "call".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .span import Span

_BY = r"[ .\-/\u00a0\u2010-\u2013]"
_CANDIDATE = re.compile(
    rf"(?<![A-Za-z0-9_/=#&%+@$€£])(?<![0-9][.,:\-/])(?<![0-9]\()"
    rf"\+?(?:\(\+?[0-9]{{1,5}}\)|[0-9]{{1,15}})"
    rf"(?:{_BY}?\([0-9]{{1,5}}\)|(?:{_BY}|(?<=\)))[0-9]{{1,12}}){{0,6}}"
)
_FIRST_GROUP = re.compile(r"[+(]*[0-9]+\)?")
_EXTENSION = re.compile(r" ?(?:x|ext\.?) ?[0-9]{1,6}(?![A-Za-z0-9_])", re.IGNORECASE)
_CONTINUES = re.compile(r"[A-Za-z0-9_@%]|[.,:\-/][0-9]")
_DATE = re.compile(
    r"\+?(?:(?:1[6-9]|20)[0-9]{2}([.\-/])[0-9]{1,2}\1[0-9]{1,2}"
    r"|[0-9]{1,2}([.\-/])[0-9]{1,2}\2(?:1[6-9]|20)?[0-9]{2})(?![.\-/]?[0-9])"
)
_YEARS = re.compile(r"\(?(?:1[6-9]|20)[0-9]{2}\)?(?:[ \-\u2010-\u2013](?:1[6-9]|20)[0-9]{2}|\))")
_BEGINS_WITH_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}[ .\-/]")
_DECIMAL = re.compile(r"\+[0-9]+\.[0-9]+")

_NORTH_AMERICAN = re.compile(r"(?:1[ .\-])?(?:\([2-9][0-9]{2}\)[ \-]?|[2-9][0-9]{2}-)[0-9]{3}-[0-9]{4}")
_AREA_IN_BRACKETS = re.compile(rf"\([0-9]{{2,5}}\){_BY}?[0-9]{{3,8}}(?:{_BY}[0-9]{{2,5}}){{0,3}}")
_NATIONAL = re.compile(rf"0[0-9]{{1,4}}(?:{_BY}[0-9]{{2,8}}){{1,4}}")
_DOTTED = re.compile(r"[2-9][0-9]{2}\.[0-9]{3}\.[0-9]{4}")
_ROW_OF_NUMBERS = re.compile(rf"[0-9]+(?:{_BY}{{1,4}}[0-9]+){{12,}}")
# Regions whose national numbers are written with a leading zero.
_LEADING_ZERO = "GB DE FR IT NL BE AT CH SE IE RO FI AU NZ ZA JP CN KR IN BR AR TR UA IL EG NG ID TH VN PH MY TW"
_REGIONS = tuple(_LEADING_ZERO.split())

_SPACED_WORDS = (
    "tel telephone telephones telefon telefone teléfono telefono téléphone phone phones cellphone mobile mobil móvil"
    " celular handy portable fax whatsapp sms hotline helpline landline tlf call calling dial ring contact reach desk"
    " office"
)
_WORDS = re.compile(
    rf"(?<!\[)\b(?:{'|'.join(_SPACED_WORDS.split())})\b|\bcell(?=\s*[:.#]|\s+(?:number|no)\b)"
    r"|тел\b|телефон|电话|電話|手机|手機|联系|致电|携帯|전화|\u260e|\u2706|[\U0001f4de\U0001f4f1\U0001f4f2]",
    re.IGNORECASE,
)
_OTHER_NUMBERS = re.compile(
    r"\b(?:isbn(?:-1[03])?|issn|doi|ids?|order|invoice|account|serial|zip|licen[cs]e|patent|pp|pages?|rfc|timestamp"
    r"|passport|ticket|sku|pmid|arxiv)(?:\s+(?:number|no|is))*[.:#]?\s*\Z",
    re.IGNORECASE,
)
_REACH_BEFORE = 32
_REACH_AFTER = 12


def phone_spans(text: str) -> Iterator[Span]:
    """Yield the place of each telephone number, in order, with its extension if it has one."""
    position = 0
    while (candidate := _CANDIDATE.search(text, position)) is not None:
        row = _ROW_OF_NUMBERS.match(text, candidate.start())
        span = None if row else _longest_number(text, candidate)
        if span is not None:
            yield span
        position = row.end() if row else span.end if span else _after_first_group(text, candidate)


def _after_first_group(text: str, candidate: re.Match[str]) -> int:
    first = _FIRST_GROUP.match(text, candidate.start())
    return first.end() if first else candidate.end()


def _longest_number(text: str, candidate: re.Match[str]) -> Span | None:
    """Return the longest run of the candidate's groups, from its start, that is a telephone number."""
    start = candidate.start()
    ends = [match.end() for match in re.finditer(r"[0-9]+\)?", candidate[0])]
    for end in (start + end for end in reversed(ends)):
        extension = _EXTENSION.match(text, end)
        if extension is None and _CONTINUES.match(text, end):
            continue
        if _is_phone(text, start, end):
            return Span(start, extension.end() if extension else end)
    return None


def _is_phone(text: str, start: int, end: int) -> bool:
    number = text[start:end]
    digits = sum(map(str.isdigit, number))
    if not 7 <= digits <= 15 or number.count("(") != number.count(")"):
        return False
    if _DATE.match(number) or _YEARS.match(number) or _DECIMAL.fullmatch(number):
        return False
    if _OTHER_NUMBERS.search(text[max(0, start - _REACH_BEFORE) : start]):
        return False
    return _is_written_as_phone(number, digits) or _is_named(text, start, end)


def _is_written_as_phone(number: str, digits: int) -> bool:
    if number.startswith("+"):
        return _exists(number, None, strictly=number[1:].isdigit())
    if number.startswith("00"):
        return _exists("+" + number[2:], None, strictly=True)
    if _NORTH_AMERICAN.fullmatch(number):
        return True
    if _AREA_IN_BRACKETS.fullmatch(number):
        return 8 <= digits <= 12
    if _DOTTED.fullmatch(number):
        return _exists(number, "US", strictly=True)
    return (
        digits >= 9
        and bool(_NATIONAL.fullmatch(number))
        and any(_exists(number, region, strictly=True) for region in _REGIONS)
    )


def _is_named(text: str, start: int, end: int) -> bool:
    """Say whether a word beside the number calls it a telephone number, with no other number between the two."""
    if _BEGINS_WITH_YEAR.match(text, start):
        return False
    before = re.split(r"[0-9]", text[max(0, start - _REACH_BEFORE) : start])[-1]
    after = re.split(r"[0-9\n]", text[end : end + _REACH_AFTER])[0]
    return bool(_WORDS.search(before) or _WORDS.search(after))


@lru_cache(maxsize=8_192)
def _exists(number: str, region: str | None, *, strictly: bool) -> bool:
    """Say whether the number is in the numbering plan; not ``strictly``, whether its length is."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    if strictly:
        return bool(phonenumbers.is_valid_number(parsed))
    return bool(phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE)
