"""Two tables' columns under one schema."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from ...engine.errors import UserError

_ADVICE = "Cast one of them first, for example with `to_text`, or rename it."


def common_schema(schemas: Iterable[pa.Schema]) -> pa.Schema:
    """Return all columns of ``schemas``, each with the type that fits them all; integers and numbers make numbers.

    Raises ``UserError`` for columns of one name whose types do not fit together.
    """
    try:
        return pa.unify_schemas(list(schemas), promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise UserError("The tables have a column of one name and two types.", str(error), _ADVICE) from error


def cast_to(column: pa.Array, field: pa.Field) -> pa.Array:
    """Return ``column`` as the type of ``field``; raises ``UserError`` for a value that would lose digits."""
    try:
        return column.cast(field.type)
    except pa.ArrowInvalid as error:
        what = f"Column `{field.name}` holds values that do not fit the type {field.type}, which the tables share."
        raise UserError(what, str(error), _ADVICE) from error
