"""The language that a text is written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field, model_validator

from ....operator_library.text.language import UNDETERMINED, language
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import text_or_none
from ..wording import quoted
from .language_samples import SAMPLES


class LanguageParams(RuleParams):
    """ISO 639-1 codes of the languages that are allowed (all when empty) and of those that are not."""

    any_of: list[str] = Field(default_factory=list)
    none_of: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _asks_for_something(self) -> LanguageParams:
        if not self.any_of and not self.none_of:
            raise ValueError("name at least one language in `any_of` or `none_of`")
        unknown = sorted({*self.any_of, *self.none_of} - {*SAMPLES, UNDETERMINED})
        if unknown:
            raise ValueError(f"the language detector does not know {quoted(unknown)}; languages are ISO 639-1 codes")
        if self.any_of and not set(self.any_of) - set(self.none_of):
            raise ValueError("every language in `any_of` is in `none_of` too")
        return self


class Language(RowRule[LanguageParams]):
    """The text is in one of some languages, or in none of some; a missing text is in no language."""

    name = "language"
    summary = "The text is in a language."
    Params = LanguageParams

    def describe(self, params: LanguageParams) -> str:
        parts = [f"is in {quoted(params.any_of, 'or')}"] if params.any_of else []
        return " and ".join([*parts, *([f"is not in {quoted(params.none_of, 'or')}"] if params.none_of else [])])

    def holds(self, value: Any, params: LanguageParams) -> bool:
        found = language(text_or_none(value) or "")
        return (not params.any_of or found in params.any_of) and found not in params.none_of

    def samples(self, params: LanguageParams) -> RuleSamples:
        texts = {**SAMPLES, UNDETERMINED: "1234 + 5678"}
        allowed = [code for code in params.any_of or texts if code not in params.none_of]
        refused = params.none_of or [code for code in texts if code not in params.any_of]
        return RuleSamples(
            keeping=[texts[code] for code in allowed],
            breaking=[texts[code] for code in refused] + ([None] if UNDETERMINED in refused else []),
        )

    def remedies(self, params: LanguageParams, means: Means) -> Sequence[Remedy]:
        if means == "edit":
            return ()
        settings = {"any_of": params.any_of or None, "none_of": params.none_of, "keep_missing": not params.any_of}
        return (Remedy("language_filter", settings, {"text": params.column}),)
