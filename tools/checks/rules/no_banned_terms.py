"""Words and phrases that a text must not contain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....operator_library.text.banned_terms import Terms, banned_term_count
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import texts_in
from ..wording import quoted


class NoBannedTermsParams(RuleParams):
    """The terms, and what counts as an occurrence."""

    terms: Terms
    whole_words: bool = True
    ignore_case: bool = True


class NoBannedTerms(RowRule[NoBannedTermsParams]):
    """No text in the value contains any of the terms; a missing text contains nothing."""

    name = "no_banned_terms"
    summary = "The text contains none of the given words or phrases."
    Params = NoBannedTermsParams

    def describe(self, params: NoBannedTermsParams) -> str:
        return f"contains no {quoted(params.terms, 'or')}"

    def holds(self, value: Any, params: NoBannedTermsParams) -> bool:
        settings = _settings(params)
        return all(banned_term_count(text, **settings) == 0 for text in texts_in(value))

    def samples(self, params: NoBannedTermsParams) -> RuleSamples:
        harmless = ["Nothing to see.", "1234", "Äpfel", "", None]
        cased = [term.swapcase() for term in params.terms] if params.ignore_case else []
        inside = [] if params.whole_words else [f"a{term}b" for term in params.terms]
        return RuleSamples(
            keeping=[text for text in harmless if self.holds(text, params)],
            breaking=[f"one ( {term} ) two" for term in [*params.terms, *cased]] + inside,
        )

    def remedies(self, params: NoBannedTermsParams, means: Means) -> Sequence[Remedy]:
        settings, bind = _settings(params), {"text": params.column}
        if means == "edit":
            return (Remedy("remove_banned_terms", settings, bind, how="edit"),)
        return (Remedy("banned_term_count_filter", {**settings, "max": 0, "keep_missing": True}, bind),)


def _settings(params: NoBannedTermsParams) -> dict[str, Any]:
    return params.model_dump(exclude={"column"})
