"""Every rule and every check template by name, found by walking the two packages when first asked for."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, TypeVar

from ...engine.errors import UserError, did_you_mean
from .template import CheckTemplate, RowRule

T = TypeVar("T")


@functools.cache
def rules() -> Mapping[str, RowRule[Any]]:
    """Return every rule by its name."""
    from . import rules as package

    return {rule.name: rule for rule in _instances(package, RowRule)}


@functools.cache
def templates() -> Mapping[str, CheckTemplate[Any]]:
    """Return every check template by its name."""
    from . import dataset as package

    return {template.name: template for template in _instances(package, CheckTemplate)}


def rule(name: str) -> RowRule[Any]:
    """Return the rule called ``name`` or raise ``UserError`` with the nearest name."""
    return _named(name, rules(), "rule")


def template(name: str) -> CheckTemplate[Any]:
    """Return the check template called ``name`` or raise ``UserError`` with the nearest name."""
    return _named(name, templates(), "check")


def describe(check: str, params: Mapping[str, Any]) -> str:
    """Return a check with these parameters in plain words; raises ``UserError`` or ``ValidationError`` as they are wrong."""
    named = template(check)
    return named.describe(named.Params.model_validate(dict(params)))


def _named(name: str, known: Mapping[str, T], noun: str) -> T:
    if name not in known:
        raise UserError(f"There is no {noun} `{name}`.", fix=did_you_mean(name, sorted(known)))
    return known[name]


def _instances(package: ModuleType, base: Any) -> Iterator[Any]:
    """One instance of each concrete class that a module of the package itself defines."""
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            ours = inspect.isclass(value) and issubclass(value, base) and value.__module__ == module.__name__
            if ours and not inspect.isabstract(value):
                yield value()
