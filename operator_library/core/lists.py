"""One row per element of a list."""

from __future__ import annotations

from typing import Any

from ...engine.declare import operator
from ...engine.operator import Example


@operator(
    kind="refine",
    rows="expand",
    phase="ingest",
    writes={"value": "any"},
    example=Example(
        rows=[{"id": 1, "value": ["a", "b"]}, {"id": 2, "value": ["c"]}],
        becomes=[{"id": 1, "value": "a"}, {"id": 1, "value": "b"}, {"id": 2, "value": "c"}],
    ),
    use_for=("one row per list element", "unnest a list column", "split a row that holds several items"),
    not_for=("splitting a text into pieces", "joining lists"),
    aliases=("explode", "unnest", "flatten a list", "unroll"),
)
def explode_list(value: list[Any]) -> list[Any]:
    """Makes one row of each element of a list, in order; the other columns are repeated.

    The element takes the place of the list. A row with an empty list has no element and so no child.
    """
    return value
