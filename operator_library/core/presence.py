"""Missing values: what counts as missing, dropping rows that miss a value, and filling values in."""

from __future__ import annotations

from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from ...engine.declare import operator
from ...engine.operator import Drop, Example


def is_missing(value: Any) -> bool:
    """Say whether a value is null, not-a-number, blank text or an empty list."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, float):
        return value != value  # only not-a-number differs from itself
    return value is None or (isinstance(value, list) and not value)


def _missing_reasons(value: pa.Array) -> pa.Array:
    missing = value.is_null()
    if pa.types.is_string(value.type):
        missing = pc.or_(missing, pc.equal(pc.utf8_trim_whitespace(value), "").fill_null(False))
    elif pa.types.is_floating(value.type):
        missing = value.is_null(nan_is_null=True)
    elif pa.types.is_list(value.type):
        missing = pc.or_(missing, pc.equal(pc.list_value_length(value), 0).fill_null(False))
    return pc.if_else(missing, pa.scalar("missing_value"), pa.scalar(None, pa.string()))


@operator(
    kind="filter",
    phase="filter",
    columnar=_missing_reasons,
    example=Example(
        rows=[{"value": "a"}, {"value": "  "}, {"value": None}],
        becomes=[{"value": "a"}],
        dropped=["missing_value", "missing_value"],
    ),
    use_for=("drop rows with an empty field", "every row must have a value", "remove blank texts"),
    not_for=("filling gaps", "judging how long a text is"),
    aliases=("not null", "required field", "drop nulls", "drop empty rows"),
)
def require_value(value: Any | None) -> Drop | None:
    """Drops rows in which the column is missing: null, not-a-number, text of white space only, or an empty list.

    One step per column. The reason code is ``missing_value``.
    """
    return Drop("missing_value") if is_missing(value) else None


@operator(
    kind="refine",
    phase="repair",
    example=Example(
        rows=[{"value": "a"}, {"value": None}, {"value": ""}],
        params={"with_value": "unknown"},
        becomes=[{"value": "a"}, {"value": "unknown"}, {"value": "unknown"}],
    ),
    use_for=("replace nulls with a default", "fill gaps in a column", "give empty fields a value"),
    not_for=("dropping incomplete rows", "guessing values with a model"),
    aliases=("fillna", "default value", "impute a constant", "replace missing values"),
)
def fill_missing(
    value: Any | None,
    *,
    with_value: Annotated[
        str | int | float | bool, Field(description="The value that is filled in; of the type of the column.")
    ],
) -> Any:
    """Fills missing values with a fixed one; what counts as missing is the same as for ``require_value``."""
    return with_value if is_missing(value) else value
