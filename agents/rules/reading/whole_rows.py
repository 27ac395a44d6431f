"""Whole rows: what *no duplicates* compares where no main text is known: all columns but those that only tell rows apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ....tools.contract.subject import Subject
from .columns import ColumnNames
from .facts import ROW
from .found import Found


def with_rows_compared(found: Sequence[Found], subject: Subject, columns: ColumnNames) -> list[Found]:
    """Return the demands, those on whole rows with the columns that are compared and a note that says so."""
    kept = _kept(found, [columns.final(name) for name in subject.columns])
    identifiers = [columns.final(name) for name in subject.identifiers]
    compared = [name for name in kept if name not in identifiers]
    return [_compared(one, compared, kept) if one.params.get("columns") == [ROW] else one for one in found]


def _kept(found: Sequence[Found], names: Sequence[str]) -> list[str]:
    """Return the columns that the output still has."""
    asked = [one.params for one in found if one.check == "columns"]
    gone = {name for params in asked for name in params.get("absent", ())}
    exact = [set(params["exact"]) for params in asked if params.get("exact")]
    return [name for name in names if name not in gone and all(name in only for only in exact)]


def _compared(one: Found, compared: Sequence[str], kept: Sequence[str]) -> Found:
    left_out = [name for name in kept if name not in compared]
    names = list(compared) if left_out and compared else []
    without = f" but {', '.join(f'`{name}`' for name in left_out)}" if names else ""
    note = f"Duplicates are rows that are equal in all columns{without}."
    return replace(one, params={**one.params, "columns": names}, notes=(note,))
