"""All kinds of personal data at once: which places of a text hold what, without overlaps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from .card import card_spans
from .email import email_spans
from .iban import iban_spans
from .ip_address import ip_spans
from .phone import phone_spans
from .span import Span
from .ssn import ssn_spans

PersonalDataKind: TypeAlias = Literal["email", "phone", "card", "ip", "iban", "ssn"]
ALL_KINDS: Final[list[PersonalDataKind]] = ["email", "phone", "card", "ip", "iban", "ssn"]

# The most certain first: where two claim the same characters, the earlier one has them.
_DETECTORS: Final[dict[PersonalDataKind, Callable[[str], Iterator[Span]]]] = {
    "email": email_spans,
    "iban": iban_spans,
    "card": card_spans,
    "ssn": ssn_spans,
    "ip": ip_spans,
    "phone": phone_spans,
}


class PersonalData(NamedTuple):
    """One find: characters ``start`` to ``end`` (exclusive) of the text, and their kind."""

    start: int
    end: int
    kind: PersonalDataKind


def find_personal_data(text: str, kinds: Collection[PersonalDataKind] = ALL_KINDS) -> list[PersonalData]:
    """Return the personal data of these kinds in ``text``, in order and without overlaps.

    What one kind claims is no other kind, whether it was asked for or not: a card number is never a phone number.
    """
    found: list[PersonalData] = []
    wanted = set(kinds)
    for kind, detect in _DETECTORS.items():
        if not wanted:
            break
        for span in detect(text):
            _add_if_free(found, PersonalData(*span, kind))
        wanted.discard(kind)
    return [find for find in found if find.kind in kinds]


def _add_if_free(found: list[PersonalData], find: PersonalData) -> None:
    """Insert ``find`` in its place unless it overlaps another; ``found`` stays sorted and free of overlaps."""
    place = bisect_left(found, find)
    free_before = place == 0 or found[place - 1].end <= find.start
    if free_before and (place == len(found) or find.end <= found[place].start):
        found.insert(place, find)
