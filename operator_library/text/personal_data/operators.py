"""The operators on personal data: counting it and masking it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ....engine.declare import operator
from ....engine.operator import Example
from ..rewriting import until_stable
from .detection import ALL_KINDS, PersonalDataKind, find_personal_data

Kinds = Annotated[list[PersonalDataKind], Field(min_length=1, description="The kinds of personal data to look for.")]


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[
            {"text": "Write to ann@example.org or bob@example.net"},
            {"text": "the product a@b, the decorator @cache"},
        ],
        becomes=[
            {"text": "Write to ann@example.org or bob@example.net", "email_count": 2},
            {"text": "the product a@b, the decorator @cache", "email_count": 0},
        ],
    ),
    use_for=("find texts with e-mail addresses", "check that no e-mail address is left"),
    not_for=("addresses that are spelled out, such as ann at example dot org",),
    aliases=("number of e-mail addresses", "email addresses", "count mails"),
)
def email_count(text: str) -> int:
    """Number of e-mail addresses.

    Reads ``text``, writes ``email_count``. Code with an at sign (decorators, matrix products, ``git@host:path``) is
    told apart.
    """
    return len(find_personal_data(text, ["email"]))


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[
            {"text": "ann@example.org, +44 20 7946 0958"},
            {"text": "host 192.0.2.7"},
            {"text": "released 2024-05-01"},
        ],
        becomes=[
            {"text": "ann@example.org, +44 20 7946 0958", "personal_data_count": 2},
            {"text": "host 192.0.2.7", "personal_data_count": 1},
            {"text": "released 2024-05-01", "personal_data_count": 0},
        ],
    ),
    use_for=("drop texts with personal data", "check that no personal data is left"),
    not_for=("names of people", "postal addresses", "passwords and keys"),
    aliases=("PII", "personally identifiable information", "contact details", "privacy"),
)
def personal_data_count(text: str, *, kinds: Kinds = ALL_KINDS) -> int:
    """Number of e-mail addresses, phone, card and bank account numbers, IP addresses and US social security numbers.

    Reads ``text``, writes ``personal_data_count``. Card numbers need a valid check digit (Luhn), account numbers (IBAN)
    theirs (mod 97), IP addresses a valid form; phone numbers are judged by writing, numbering plan and context.
    """
    return len(find_personal_data(text, kinds))


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"text": "Ann <ann@example.org>, phone 020 7946 0958"}, {"text": "@cache\ndef f(a, b): return a@b"}],
        becomes=[{"text": "Ann <[EMAIL]>, phone [PHONE]"}, {"text": "@cache\ndef f(a, b): return a@b"}],
    ),
    use_for=("anonymize text", "replace e-mail addresses and phone numbers with tags", "remove personal data"),
    not_for=("masking names of people or postal addresses", "finding passwords and keys"),
    aliases=("mask PII", "redact personal data", "anonymize", "no personal data"),
)
def mask_personal_data(
    text: str,
    *,
    kinds: Kinds = ALL_KINDS,
    style: Annotated[
        Literal["tag", "remove"],
        Field(description="Put a tag such as [EMAIL] in place of what is found, or nothing."),
    ] = "tag",
) -> str:
    """Replace personal data with a tag of its kind, or remove it; ``personal_data_count`` of the result is 0.

    Reads and writes ``text``. The tags are [EMAIL] [PHONE] [CARD] [IP] [IBAN] [SSN].
    """
    return until_stable(text, lambda it: _masked(it, kinds, style), lambda it: _masked(it, kinds, "tag"))


def _masked(text: str, kinds: list[PersonalDataKind], style: str) -> str:
    pieces, position = [], 0
    for find in find_personal_data(text, kinds):
        pieces += [text[position : find.start], f"[{find.kind.upper()}]" if style == "tag" else ""]
        position = find.end
    return "".join([*pieces, text[position:]])
