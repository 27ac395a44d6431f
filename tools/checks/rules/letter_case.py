"""All letters of a text are small, or all are capitals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ....operator_library.text.letter_case import change_case
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import text_or_none


class LetterCaseParams(RuleParams):
    """The case that all letters have."""

    case: Literal["lower", "upper"]


class LetterCase(RowRule[LetterCaseParams]):
    """Changing the case of the text would change nothing; a missing text has no letters."""

    name = "letter_case"
    summary = "The text is in lower case, or in upper case."
    Params = LetterCaseParams

    def describe(self, params: LetterCaseParams) -> str:
        return f"is in {params.case} case"

    def holds(self, value: Any, params: LetterCaseParams) -> bool:
        text = text_or_none(value)
        return text is None or change_case(text, case=params.case) == text

    def samples(self, params: LetterCaseParams) -> RuleSamples:
        mixed = ["One Two", "aB", "ÄRGER und Öl"]
        other: Literal["lower", "upper"] = "upper" if params.case == "lower" else "lower"
        return RuleSamples(
            keeping=[change_case(text, case=params.case) for text in mixed] + ["123", ""],
            breaking=[*mixed, change_case(mixed[0], case=other)],
        )

    def remedies(self, params: LetterCaseParams, means: Means) -> Sequence[Remedy]:
        if means == "drop":
            return ()
        return (Remedy("change_case", {"case": params.case}, {"text": params.column}, how="edit"),)
