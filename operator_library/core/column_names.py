"""Column names as parameters: how they are validated, and what a wrong one is answered with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from ...engine.columns import ROW_ID, ColumnName
from ...engine.errors import UserError, did_you_mean


def _distinct(names: list[str]) -> list[str]:
    twice = next((name for position, name in enumerate(names) if name in names[:position]), None)
    if twice is not None:
        raise ValueError(f"names the column `{twice}` twice; name each column once")
    return names


def _usable(name: str) -> str:
    if not name.strip():
        raise ValueError("a column needs a name that is not blank")
    if name == ROW_ID:
        raise ValueError(f"`{ROW_ID}` is reserved for the identity of rows; choose another name")
    return name


DistinctColumns: TypeAlias = Annotated[list[ColumnName], AfterValidator(_distinct)]
"""Existing columns, each named once."""

NewColumnName: TypeAlias = Annotated[str, AfterValidator(_usable)]
"""The name of a column that a step makes."""


def require_columns(wanted: Iterable[str], known: Iterable[str], where: str = "the rows") -> None:
    """Raise ``UserError`` with the nearest name for the first of ``wanted`` that is not among ``known``."""
    present = list(known)
    for name in wanted:
        if name not in present:
            raise UserError(f"Column `{name}` not found in {where}.", fix=did_you_mean(name, present))
