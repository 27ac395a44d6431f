"""Values as numbers, and whether they lie in a range."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from ...engine.declare import operator
from ...engine.operator import Example
from .numerals import numeral


def _number(value: Any) -> int | float | Decimal | None:
    """The value as an exact number; ``None`` for what is no number, and for not-a-number."""
    if isinstance(value, str):
        return numeral(value)
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return value if is_number and not math.isnan(value) else None


def _number_values(value: pa.Array) -> pa.Array | None:
    if not pa.types.is_float64(value.type):
        return None
    return pc.if_else(pc.is_nan(value), pa.scalar(None, pa.float64()), value)


@operator(
    kind="evaluate",
    phase="annotate",
    columnar=_number_values,
    example=Example(
        rows=[{"value": "1,234"}, {"value": "7"}, {"value": "many"}],
        becomes=[
            {"value": "1,234", "number_value": 1234.0},
            {"value": "7", "number_value": 7.0},
            {"value": "many", "number_value": None},
        ],
    ),
    use_for=("keep rows with a score of at least", "compare a numeric column with a limit", "read numbers from text"),
    not_for=("limits that must be exceeded strictly", "lengths of texts"),
    aliases=("numeric value", "score at least", "minimum value", "maximum value"),
)
def number_value(value: Any | None) -> float | None:
    """The value as a 64-bit number: numbers stay, text that writes a number ("1,234") is parsed, all else is null.

    Booleans, not-a-number and numbers too large to hold are null.
    """
    number = _number(value)
    measured = None if number is None else float(number)
    too_large = measured is not None and math.isinf(measured) and not isinstance(value, float)
    return None if too_large else measured


def _in_ranges(
    value: pa.Array, *, min: float | None, max: float | None, min_exclusive: bool, max_exclusive: bool
) -> pa.Array | None:
    if not pa.types.is_float64(value.type):
        return None
    within = pc.invert(pc.is_nan(value))
    if min is not None:
        within = pc.and_(
            within, (pc.greater if min_exclusive else pc.greater_equal)(value, pa.scalar(min, pa.float64()))
        )
    if max is not None:
        within = pc.and_(within, (pc.less if max_exclusive else pc.less_equal)(value, pa.scalar(max, pa.float64())))
    return within.fill_null(False) if within.null_count else within


@operator(
    kind="evaluate",
    phase="annotate",
    columnar=_in_ranges,
    example=Example(
        rows=[{"value": 0.7}, {"value": 1}, {"value": None}],
        params={"min": 0.5, "max": 1, "max_exclusive": True},
        becomes=[
            {"value": 0.7, "in_range": True},
            {"value": 1, "in_range": False},
            {"value": None, "in_range": False},
        ],
    ),
    use_for=("a number strictly above or below a limit", "a value between two bounds", "check a range"),
    not_for=("lists of values", "lengths of texts"),
    aliases=("between", "greater than", "less than", "above", "below"),
)
def in_range(
    value: Any | None,
    *,
    min: Annotated[float | None, Field(description="Lower bound; none when null.")] = None,
    max: Annotated[float | None, Field(description="Upper bound; none when null.")] = None,
    min_exclusive: Annotated[bool, Field(description="Whether the lower bound itself is outside.")] = False,
    max_exclusive: Annotated[bool, Field(description="Whether the upper bound itself is outside.")] = False,
) -> bool:
    """Whether the value is a number within the bounds. What is no number, null among it, is in no range.

    Text that writes a number counts as that number, and comparisons are exact for integers of any width.
    """
    number = _number(value)
    if number is None:
        return False
    above = min is None or (number > min if min_exclusive else number >= min)
    below = max is None or (number < max if max_exclusive else number <= max)
    return above and below
