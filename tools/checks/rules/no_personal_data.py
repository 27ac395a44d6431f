"""A text contains no personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from ....operator_library.text.personal_data.detection import ALL_KINDS, PersonalDataKind
from ....operator_library.text.personal_data.operators import personal_data_count
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import texts_in

_WORDS: Mapping[str, str] = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "card": "card numbers",
    "ip": "IP addresses",
    "iban": "IBANs",
    "ssn": "social security numbers",
}
_FOUND: Mapping[str, str] = {
    "email": "write to ann.lee@example.org today",
    "phone": "call +44 20 7946 0958 today",
    "card": "paid with 4111 1111 1111 1111 today",
    "ip": "seen at 203.0.113.7 today",
    "iban": "transfer to DE89 3704 0044 0532 0130 00 today",
    "ssn": "SSN 219-09-9999 on file",
}


class NoPersonalDataParams(RuleParams):
    """The kinds that are looked for; all when none are named. ``style``: what an edit leaves in their place."""

    kinds: list[PersonalDataKind] = Field(default_factory=lambda: list(ALL_KINDS), min_length=1)
    style: Literal["tag", "remove"] = "tag"


class NoPersonalData(RowRule[NoPersonalDataParams]):
    """The library's detectors find nothing of the given kinds in any text of the value."""

    name = "no_personal_data"
    summary = "The text contains no personal data."
    Params = NoPersonalDataParams

    def describe(self, params: NoPersonalDataParams) -> str:
        *others, last = [_WORDS[kind] for kind in params.kinds]
        found = f"{', '.join(others)} or {last}" if others else last
        return f"contains no {found}{', which are removed without a tag' if params.style == 'remove' else ''}"

    def holds(self, value: Any, params: NoPersonalDataParams) -> bool:
        return all(personal_data_count(text, kinds=params.kinds) == 0 for text in texts_in(value))

    def samples(self, params: NoPersonalDataParams) -> RuleSamples:
        return RuleSamples(
            keeping=["Nobody is named here.", "In 2024 we sold 1,234 of them, version 1.2.3.", "", None],
            breaking=[_FOUND[kind] for kind in params.kinds],
        )

    def remedies(self, params: NoPersonalDataParams, means: Means) -> Sequence[Remedy]:
        settings, bind = {"kinds": params.kinds}, {"text": params.column}
        edit = Remedy("mask_personal_data", {**settings, "style": params.style}, bind, how="edit")
        drop = Remedy("personal_data_count_filter", {**settings, "max": 0, "keep_missing": True}, bind)
        return {"any": (edit, drop), "edit": (edit,), "drop": (drop,)}[means]
