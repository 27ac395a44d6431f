"""A text matches a regular expression, or does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ....operator_library.core.patterns import Pattern, matches_pattern
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..values import text_or_none
from .pattern_samples import matching_texts, texts_around


class PatternParams(RuleParams):
    """The regular expression, and what counts as a match."""

    pattern: Pattern
    whole: bool = False
    ignore_case: bool = False
    negate: bool = False


class PatternRule(RowRule[PatternParams]):
    """The text contains a match of the pattern (``whole``: is one; ``negate``: does not); null matches nothing."""

    name = "pattern"
    summary = "The text matches a regular expression."
    Params = PatternParams

    def describe(self, params: PatternParams) -> str:
        verb = ("is no match of" if params.negate else "is a match of") if params.whole else None
        verb = verb or ("contains no match of" if params.negate else "contains a match of")
        return f"{verb} `{params.pattern}`{' in any case' if params.ignore_case else ''}"

    def holds(self, value: Any, params: PatternParams) -> bool:
        return matches_pattern(text_or_none(value), **_settings(params)) is not params.negate

    def samples(self, params: PatternParams) -> RuleSamples:
        compiled = re.compile(params.pattern, re.IGNORECASE if params.ignore_case else 0)
        matching: list[str | None] = list(matching_texts(compiled, whole=params.whole))
        candidates = [*texts_around([text for text in matching if text]), None]
        others = [text for text in dict.fromkeys(candidates) if not matches_pattern(text, **_settings(params))][:8]
        others = others if None in others else [*others, None]
        keeping, breaking = (others, matching) if params.negate else (matching, others)
        return RuleSamples(keeping=keeping, breaking=breaking)

    def remedies(self, params: PatternParams, means: Means) -> Sequence[Remedy]:
        if means == "edit":
            return ()
        settings = {**_settings(params), "equals": not params.negate}
        return (Remedy("matches_pattern_filter", settings, {"value": params.column}),)


def _settings(params: PatternParams) -> dict[str, Any]:
    return params.model_dump(exclude={"column", "negate"})
