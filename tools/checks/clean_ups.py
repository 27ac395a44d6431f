"""The library's own clean-ups and casts for rules, by which other edits of the same values are judged."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ...engine.errors import RowError
from ...engine.registry import Registry
from ...operator_library.core.casting import to_boolean, to_integer, to_number, to_text
from .rules.value_type import ScalarType
from .template import Remedy, RowRule, RuleParams

Rules: TypeAlias = Sequence[tuple[RowRule[Any], RuleParams]]

_CASTS: Mapping[ScalarType, Callable[[Any], Any]] = {
    "text": to_text,
    "integer": to_integer,
    "number": to_number,
    "boolean": to_boolean,
}


def cast(value: Any, to: ScalarType | None) -> Any:
    """Return the value as the library casts it; as it was where it cannot be cast or no type is asked for."""
    try:
        return value if to is None else _CASTS[to](value)
    except RowError:
        return value


def cleaned(text: str, rules: Rules, *, bare: bool = False) -> str:
    """Return a text as the library's clean-ups for these rules leave it; ``bare`` without tags for what they remove."""
    for rule, params in rules:
        for remedy in rule.remedies(params, "edit")[:1]:
            made = _applied(remedy, text, bare)
            text = made if isinstance(made, str) else text
    return text


def _applied(remedy: Remedy, text: str, bare: bool) -> Any:
    settings = {**remedy.params, **({"style": "remove"} if bare and "style" in remedy.params else {})}
    try:
        return _implementation(remedy.operator)(text, **settings)
    except RowError:
        return text


@functools.cache
def _implementation(operator: str) -> Callable[..., Any]:
    from ... import operator_library

    registry = Registry()
    registry.add_package(operator_library)
    made: Callable[..., Any] = registry.get(operator).implementation
    return made
