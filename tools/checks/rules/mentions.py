"""Words and phrases that a text must contain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ....operator_library.text.banned_terms import Terms, banned_term_count
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import text_or_none
from ..wording import quoted


class MentionsParams(RuleParams):
    """The terms, whether one of them is enough, and what counts as an occurrence."""

    terms: Terms
    mode: Literal["any", "all"] = "any"
    whole_words: bool = True
    ignore_case: bool = True


class Mentions(RowRule[MentionsParams]):
    """The text contains one of the terms, or all of them; a missing text contains nothing."""

    name = "mentions"
    summary = "The text contains given words or phrases."
    Params = MentionsParams

    def describe(self, params: MentionsParams) -> str:
        return f"mentions {quoted(params.terms, 'or' if params.mode == 'any' else 'and')}"

    def holds(self, value: Any, params: MentionsParams) -> bool:
        text = text_or_none(value) or ""
        enough = any if params.mode == "any" else all
        return enough(banned_term_count(text, **_settings([term], params)) > 0 for term in params.terms)

    def samples(self, params: MentionsParams) -> RuleSamples:
        everything = " / ".join(params.terms)
        missing_one = [" / ".join(term for term in params.terms if term != missing) for missing in params.terms]
        candidates = ["Nothing to see.", "1234", None, *(missing_one if params.mode == "all" else [])]
        return RuleSamples(
            keeping=[everything, *(f"one ( {term} ) two" for term in params.terms if params.mode == "any")],
            breaking=[text for text in candidates if not self.holds(text, params)],
        )

    def remedies(self, params: MentionsParams, means: Means) -> Sequence[Remedy]:
        if means == "edit":
            return ()
        groups = [params.terms] if params.mode == "any" else [[term] for term in params.terms]
        first, *rest = (
            Remedy("banned_term_count_filter", {**_settings(group, params), "min": 1}, {"text": params.column})
            for group in groups
        )
        return (first._replace(also=tuple(rest)),)


def _settings(terms: Sequence[str], params: MentionsParams) -> dict[str, Any]:
    return {"terms": list(terms), "whole_words": params.whole_words, "ignore_case": params.ignore_case}
