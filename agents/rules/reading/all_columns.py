"""All columns: what *all columns* and *the other columns* come to, once everything else that a spec asks for is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ....tools.contract.house_checks import edited_columns
from ....tools.contract.model import Criterion, Uncovered
from ....tools.contract.subject import Subject
from .columns import ColumnNames
from .found import Found

ALL = "*"
"""Stands in the parameters of a demand for all columns of the input that it can mean."""
CHANGED = "another sentence asks to change this"
NONE_LEFT = "no column is left that no other sentence changes"


def with_columns_named(
    found: Sequence[Found], subject: Subject, columns: ColumnNames
) -> tuple[list[Found], list[Uncovered]]:
    """Return the demands with the columns that they mean, and those that contradict what else is asked for."""
    named: list[Found] = []
    open_ones: list[Uncovered] = []
    gone, changed = _gone(found, subject), _changed(found)
    for one in found:
        if one.check == "columns" and one.params.get("required") == [ALL]:
            kept = [columns.final(name) for name in subject.columns if columns.final(name) not in gone]
            named.append(replace(one, params={**one.params, "required": kept}))
        elif one.check == "untouched_columns":
            asked = list(one.params["columns"])
            plain = [name for name in asked if name != ALL]
            others = [name for name in subject.columns if name not in changed | gone] if ALL in asked else []
            left = list(dict.fromkeys([*others, *plain]))
            if not left or set(plain) & (changed | gone):
                open_ones.append(Uncovered(span=one.span, why=CHANGED if plain else NONE_LEFT))
            else:
                named.append(replace(one, params={"columns": left}))
        else:
            named.append(one)
    return named, open_ones


def _gone(found: Sequence[Found], subject: Subject) -> set[str]:
    """The columns that are to be dropped."""
    gone: set[str] = set()
    for one in found:
        if one.check == "columns":
            gone |= set(one.params.get("absent") or ())
            exact = one.params.get("exact")
            gone |= {name for name in subject.columns if name not in exact} if exact else set()
    return gone


def _changed(found: Sequence[Found]) -> set[str]:
    """The columns that are to be edited or get another name, by both names."""
    criteria = [
        Criterion(id="c", span=one.span, check=one.check, params=dict(one.params), means=one.means) for one in found
    ]
    renamed = [one.params for one in found if one.check == "renamed"]
    return {*edited_columns(criteria), *(params[name] for params in renamed for name in ("old", "new"))}
