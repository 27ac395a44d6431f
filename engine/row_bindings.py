"""What an operator over a whole ``Row`` is given in a step: its fields by name, and where each comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .columns import HIDDEN
from .errors import UserError, did_you_mean
from .operator import Operator, Params, RowFields
from .pipeline import Step

_ALL = RowFields(frozenset(), rest=True)


def row_bindings(step: Step, operator: Operator, params: Params, columns: Collection[str]) -> dict[str, str]:
    """Return the column or path by field, in an order that depends on nothing else.

    Where the operator uses every field, these are those that the step binds or, if it binds none, all ``columns``; where its
    parameters name some, just those: as bound, or else the column of that name. Raises ``UserError`` as its rule does.
    """
    used = _used(operator, params)
    known = [name for name in columns if name not in HIDDEN]
    whole = step.bind or {name: name for name in known}
    named = sorted(used.needed) + sorted(name for name in used.welcome if name in step.bind or name in known)
    return {**(whole if used.rest else {}), **{name: step.bind.get(name, name) for name in named}}


def columns_read(step: Step, operator: Operator, params: Params | None, columns: Collection[str]) -> list[str]:
    """Return the columns and paths that a step reads, of a row those of ``columns`` where it uses every field."""
    if not operator.takes_row:
        return [step.bind.get(name, name) for name in operator.reads]
    if params is None:
        return list(step.bind.values())
    try:
        return list(row_bindings(step, operator, params, columns).values())
    except UserError:
        return list(step.bind.values())


def row_binding_problems(step: Step, operator: Operator, params: Params | None) -> Iterator[str]:
    """Yield what is wrong with the names that a step binds for an operator over a ``Row``, whatever columns there are."""
    for name in step.bind:
        if name in operator.writes:
            yield f"`bind` names `{name}`, which `{operator.name}` writes; give the field another name."
    try:
        used = _ALL if params is None else _used(operator, params)
    except UserError as error:
        yield str(error)
        return
    fields = used.needed | used.welcome
    for name in step.bind:
        if not used.rest and name not in fields:
            yield f"`bind` names `{name}`, which the parameters do not. {did_you_mean(name, fields)}".rstrip()


def _used(operator: Operator, params: Params) -> RowFields:
    return _ALL if operator.row_fields is None else operator.row_fields(params)
