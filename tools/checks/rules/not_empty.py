"""A value is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....operator_library.core.presence import is_missing
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples


class NotEmptyParams(RuleParams):
    """The column."""


class NotEmpty(RowRule[NotEmptyParams]):
    """The value is not null, not blank text and not an empty list."""

    name = "not_empty"
    summary = "The column has a value."
    Params = NotEmptyParams

    def describe(self, params: NotEmptyParams) -> str:
        return "is not empty"

    def holds(self, value: Any, params: NotEmptyParams) -> bool:
        return not is_missing(value)

    def samples(self, params: NotEmptyParams) -> RuleSamples:
        return RuleSamples(keeping=["a", "0", "some text"], breaking=[None, "", " \n\t"])

    def remedies(self, params: NotEmptyParams, means: Means) -> Sequence[Remedy]:
        return () if means == "edit" else (Remedy("require_value", bind={"value": params.column}),)
