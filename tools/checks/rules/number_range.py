"""A number lies within bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import FiniteFloat, model_validator

from ....operator_library.core.ranges import in_range
from ..template import Interval, Means, Remedy, RowRule, RuleParams, RuleSamples


class NumberRangeParams(RuleParams):
    """The bounds; inclusive unless said otherwise."""

    min: FiniteFloat | None = None
    max: FiniteFloat | None = None
    min_exclusive: bool = False
    max_exclusive: bool = False

    @model_validator(mode="after")
    def _not_empty(self) -> NumberRangeParams:
        if self.min is None and self.max is None:
            raise ValueError("give `min`, `max` or both")
        low, high = closed_bounds(self)
        if low is not None and high is not None and low > high:
            raise ValueError(f"no number lies between {self.min} and {self.max} as they are given")
        return self


def closed_bounds(params: NumberRangeParams) -> tuple[float | None, float | None]:
    """Return the smallest and the largest floating point number within the bounds."""
    low, high = params.min, params.max
    if low is not None and params.min_exclusive:
        low = math.nextafter(low, math.inf)
    if high is not None and params.max_exclusive:
        high = math.nextafter(high, -math.inf)
    return low, high


class NumberRange(RowRule[NumberRangeParams]):
    """The value is a number within bounds; what is no number, null among it, is in no range."""

    name = "number_range"
    summary = "The number lies within bounds."
    Params = NumberRangeParams

    def describe(self, params: NumberRangeParams) -> str:
        low = "" if params.min is None else f"{'above' if params.min_exclusive else 'at least'} {_plain(params.min)}"
        high = "" if params.max is None else f"{'below' if params.max_exclusive else 'at most'} {_plain(params.max)}"
        return f"is {' and '.join(part for part in (low, high) if part)}"

    def holds(self, value: Any, params: NumberRangeParams) -> bool:
        return in_range(value, **params.model_dump(exclude={"column"}))

    def samples(self, params: NumberRangeParams) -> RuleSamples:
        low, high = closed_bounds(params)
        inside = [bound for bound in (low, high) if bound is not None]
        middle = [low / 2 + high / 2] if low is not None and high is not None else []
        outside = _beyond(low, -math.inf) + _beyond(high, math.inf)
        return RuleSamples(
            keeping=[value for value in inside + middle if self.holds(value, params)],
            breaking=[value for value in outside if not self.holds(value, params)] + [None],
        )

    def remedies(self, params: NumberRangeParams, means: Means) -> Sequence[Remedy]:
        if means == "edit":
            return ()
        settings = {**params.model_dump(exclude={"column"}), "equals": True}
        return (Remedy("in_range_filter", settings, {"value": params.column}),)

    def intervals(self, params: NumberRangeParams) -> Sequence[Interval]:
        low, high = closed_bounds(params)
        return (Interval(f"value of `{params.column}`", low, high),)


def _plain(bound: float) -> str:
    """The number without grouping, since it may be a year."""
    return str(int(bound)) if bound.is_integer() else str(bound)


def _beyond(bound: float | None, towards: float) -> list[float]:
    if bound is None:
        return []
    far = bound + math.copysign(max(1.0, abs(bound)), towards)
    return list(_finite((math.nextafter(bound, towards), far)))


def _finite(numbers: Iterable[float]) -> Iterable[float]:
    return (number for number in numbers if math.isfinite(number))
