"""Choose, drop and rename columns; values are never touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import pyarrow as pa
from pydantic import Field

from ...engine.columns import ColumnName, Columns
from ...engine.declare import operator
from ...engine.errors import UserError
from ...engine.operator import Example
from .column_names import DistinctColumns, NewColumnName, require_columns


def _selected(before: Columns, params: Any) -> Columns:
    return {name: before[name] for name in params.columns if name in before}


def _remaining(before: Columns, params: Any) -> Columns:
    return {name: before[name] for name in _without(before, params.columns)}


def _renamed(before: Columns, params: Any) -> Columns:
    return dict(zip(_new_names(before, params.mapping), before.values(), strict=True))


def _without(names: Iterable[str], dropped: list[str]) -> list[str]:
    remaining = [name for name in names if name not in dropped]
    if not remaining:
        raise UserError("This drops every column.", fix="Leave at least one column.")
    return remaining


def _new_names(names: Iterable[str], mapping: Mapping[str, str]) -> list[str]:
    renamed = [mapping.get(name, name) for name in names]
    taken = next((name for name, count in Counter(renamed).items() if count > 1), None)
    if taken is not None:
        raise UserError(
            f"Two columns would be called `{taken}`.", fix="Choose another name, or drop one of them first."
        )
    return renamed


@operator(
    kind="refine",
    phase="shape",
    reads="*",
    schema_rule=_selected,
    example=Example(
        rows=[{"id": 1, "text": "a", "score": 0.5}],
        params={"columns": ["text", "id"]},
        becomes=[{"text": "a", "id": 1}],
    ),
    use_for=("keep only these columns", "choose the output columns", "set the order of the columns"),
    not_for=("choosing rows", "renaming columns"),
    aliases=("keep columns", "project", "only the fields", "column subset"),
)
def select_columns(
    frame: pa.Table,
    *,
    columns: Annotated[DistinctColumns, Field(description="Columns to keep, in order.", min_length=1)],
) -> pa.Table:
    """Keeps only the named columns, in the order in which they are named.

    Raises ``UserError`` for a column that does not exist.
    """
    require_columns(columns, frame.column_names)
    return frame.select(columns)


@operator(
    kind="refine",
    phase="shape",
    reads="*",
    schema_rule=_remaining,
    example=Example(
        rows=[{"id": 1, "text": "a", "score": 0.5}],
        params={"columns": ["score"]},
        becomes=[{"id": 1, "text": "a"}],
    ),
    use_for=("remove columns", "leave out a field", "get rid of helper columns"),
    not_for=("dropping rows", "removing text inside a column"),
    aliases=("remove columns", "delete fields", "exclude columns"),
)
def drop_columns(
    frame: pa.Table, *, columns: Annotated[DistinctColumns, Field(description="Columns to drop.", min_length=1)]
) -> pa.Table:
    """Drops the named columns and keeps the others in their order.

    Raises ``UserError`` for a column that does not exist, and when no column would be left.
    """
    require_columns(columns, frame.column_names)
    return frame.select(_without(frame.column_names, columns))


@operator(
    kind="refine",
    phase="shape",
    reads="*",
    schema_rule=_renamed,
    example=Example(
        rows=[{"content": "a", "id": 1}],
        params={"mapping": {"content": "text"}},
        becomes=[{"text": "a", "id": 1}],
    ),
    use_for=("rename a column", "call a field by another name", "match the column names a trainer expects"),
    not_for=("copying a column", "changing values"),
    aliases=("rename columns", "rename fields", "map column names"),
)
def rename_columns(
    frame: pa.Table,
    *,
    mapping: Annotated[
        dict[ColumnName, NewColumnName],
        Field(description="New name by present name, such as {content: text}.", min_length=1),
    ],
) -> pa.Table:
    """Renames columns in place; two columns may swap their names.

    Raises ``UserError`` for a column that does not exist, and when two columns would have one name.
    """
    require_columns(mapping, frame.column_names)
    return frame.rename_columns(_new_names(frame.column_names, mapping))
