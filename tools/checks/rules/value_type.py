"""The type of a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from ..template import Means, Remedy, RowRule, RuleParams, RuleSamples

ScalarType: TypeAlias = Literal["text", "integer", "number", "boolean"]

_SAMPLES: Mapping[ScalarType, RuleSamples] = {
    "text": RuleSamples(keeping=["007", "a"], breaking=[7, 7.5, True]),
    "integer": RuleSamples(keeping=[7, -1, 0], breaking=["7", 7.5, 7.0, True]),
    "number": RuleSamples(keeping=[7, 7.5], breaking=["7.5", "many", True]),
    "boolean": RuleSamples(keeping=[True, False], breaking=["true", 1, 0.0]),
}


class ValueTypeParams(RuleParams):
    """The type that values have."""

    type: ScalarType


class ValueType(RowRule[ValueTypeParams]):
    """The value has a type; null has any. An integer is a number, 7.0 is no integer."""

    name = "value_type"
    summary = "The value has a type."
    Params = ValueTypeParams

    def describe(self, params: ValueTypeParams) -> str:
        return {"text": "is text", "integer": "is an integer"}.get(params.type, f"is a {params.type}")

    def holds(self, value: Any, params: ValueTypeParams) -> bool:
        if value is None or isinstance(value, bool):
            return value is None or params.type == "boolean"
        match params.type:
            case "text":
                return isinstance(value, str)
            case "integer":
                return isinstance(value, int)
            case "number":
                return isinstance(value, (int, float, Decimal))
            case "boolean":
                return False

    def samples(self, params: ValueTypeParams) -> RuleSamples:
        return _SAMPLES[params.type]

    def remedies(self, params: ValueTypeParams, means: Means) -> Sequence[Remedy]:
        return () if means == "drop" else (Remedy(f"to_{params.type}", bind={"value": params.column}, how="edit"),)
