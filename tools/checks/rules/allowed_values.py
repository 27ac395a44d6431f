"""A value is one of a list, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from ....operator_library.core.values import allowed_values
from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples
from ..wording import quoted


class AllowedValuesParams(RuleParams):
    """The values, and whether they are the only ones or the ones that must not be."""

    values: Annotated[list[Any], Field(min_length=1)]
    negate: bool = False


class AllowedValues(RowRule[AllowedValuesParams]):
    """The value is one of a list (``negate``: none of it); types count, so the text ``1`` is not the number 1."""

    name = "allowed_values"
    summary = "The value is one of a list."
    Params = AllowedValuesParams

    def describe(self, params: AllowedValuesParams) -> str:
        return f"is {'not ' if params.negate else ''}{quoted(params.values, 'or')}"

    def holds(self, value: Any, params: AllowedValuesParams) -> bool:
        return allowed_values(value, values=params.values) is not params.negate

    def samples(self, params: AllowedValuesParams) -> RuleSamples:
        listed, others = list(params.values), [_another(params.values), None]
        unlisted = [value for value in others if not allowed_values(value, values=params.values)]
        keeping, breaking = (unlisted, listed) if params.negate else (listed, unlisted)
        return RuleSamples(keeping=keeping, breaking=breaking)

    def remedies(self, params: AllowedValuesParams, means: Means) -> Sequence[Remedy]:
        if means == "edit":
            return ()
        settings = {"values": params.values, "equals": not params.negate}
        return (Remedy("allowed_values_filter", settings, {"value": params.column}),)


def _another(values: Sequence[Any]) -> Any:
    """A value that is not listed, of the type of the first that is no null."""
    first = next((value for value in values if value is not None), "")
    if isinstance(first, bool):
        return next((flag for flag in (True, False) if flag not in values), None)
    if isinstance(first, (int, float)):
        return max(value for value in values if isinstance(value, (int, float))) + 1
    return "".join(str(value) for value in values) + " and something else"
