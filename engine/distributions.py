"""The third-party distributions that an operator runs on, as far as the modules that define it import them."""

from __future__ import annotations

import functools
import importlib.metadata
import sys

from .identity import imported_packages
from .operator import Operator


def distributions_of(operator: Operator) -> dict[str, str]:
    """Return the versions of the installed distributions that the operator's modules import, by name.

    They belong to what decides a result on this machine, and not to the lock of a pipeline, which travels.
    """
    foreign = imported_packages(operator) - sys.stdlib_module_names
    found = [distribution for package in sorted(foreign) for distribution in _providers(package)]
    return dict(sorted(found))


@functools.cache
def _providers(package: str) -> tuple[tuple[str, str], ...]:
    """The distributions that bring a package; nearly all have its name, and looking through all of them is slow."""
    try:
        return ((package, importlib.metadata.version(package)),)
    except importlib.metadata.PackageNotFoundError:
        names = _by_package().get(package, [])
        return tuple((name, importlib.metadata.version(name)) for name in sorted(set(names)))


@functools.cache
def _by_package() -> dict[str, list[str]]:
    return {package: list(names) for package, names in importlib.metadata.packages_distributions().items()}
