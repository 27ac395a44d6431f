"""Whether a value is one of a list."""

from __future__ import annotations

from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from ...engine.declare import operator
from ...engine.operator import Example


def _allowed(value: pa.Array, *, values: list[Any], ignore_case: bool) -> pa.Array | None:
    texts = [allowed for allowed in values if isinstance(allowed, str)]
    if not pa.types.is_string(value.type) or ignore_case or not all(map(_is_unicode, texts)):
        return None
    listed = pc.is_in(value, value_set=pa.array(texts, pa.string()))
    return pc.or_(listed, value.is_null()) if None in values else listed


@operator(
    kind="evaluate",
    phase="annotate",
    columnar=_allowed,
    example=Example(
        rows=[{"value": "News"}, {"value": "sport"}, {"value": None}],
        params={"values": ["news", "blog"], "ignore_case": True},
        becomes=[
            {"value": "News", "allowed_values": True},
            {"value": "sport", "allowed_values": False},
            {"value": None, "allowed_values": False},
        ],
    ),
    use_for=("keep rows of certain categories", "a column must be one of a list", "check labels against an enum"),
    not_for=("ranges of numbers", "words inside a text"),
    aliases=("one of", "in list", "enum", "category is", "label is"),
)
def allowed_values(
    value: Any | None,
    *,
    values: Annotated[list[Any], Field(description="The values that are allowed; null may be one.", min_length=1)],
    ignore_case: Annotated[bool, Field(description="Whether texts that differ only in case are the same.")] = False,
) -> bool:
    """Whether the value is one of ``values``. Types count: "1" is not 1 and 1 is not true, but 1 is 1.0."""
    return any(_same(value, allowed, ignore_case) for allowed in values)


def _same(value: Any, allowed: Any, ignore_case: bool) -> bool:
    if isinstance(value, bool) is not isinstance(allowed, bool):
        return False
    if ignore_case and isinstance(value, str) and isinstance(allowed, str):
        return value.casefold() == allowed.casefold()
    return bool(value == allowed)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
