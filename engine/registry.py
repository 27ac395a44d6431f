"""The registry: every operator by name, from the library, from entry points and from the workspace."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from .declare import OPERATOR_ATTRIBUTE
from .derive import declared_subject, derive_filter
from .errors import UserError, did_you_mean
from .operator import Operator
from .recipe import Recipe, operator_at, origin_of

ENTRY_POINT_GROUP = "corpusmith.operators"


class Registry:
    """Operators by name. Names are unique: two operators of one name are an error that names both sources."""

    def __init__(self) -> None:
        self._operators: dict[str, Operator] = {}

    def __iter__(self) -> Iterator[Operator]:
        return iter(sorted(self._operators.values(), key=lambda op: op.name))

    def __len__(self) -> int:
        return len(self._operators)

    def __contains__(self, name: object) -> bool:
        return name in self._operators

    def names(self) -> list[str]:
        """Return the names of all operators, sorted."""
        return sorted(self._operators)

    def get(self, name: str) -> Operator:
        """Return the operator called ``name`` or raise ``UserError`` with the nearest name."""
        if name not in self._operators:
            raise UserError(f"There is no operator `{name}`.", fix=did_you_mean(name, self._operators))
        return self._operators[name]

    def add(self, operator: Operator) -> None:
        """Add an operator and, for a measure, the filter derived from it. Raises ``UserError`` on a taken name."""
        both = [made for made in (operator, derive_filter(operator)) if made is not None]
        for made in both:
            taken = self._operators.get(made.name)
            if taken is not None and declared_subject(taken) is not declared_subject(made):
                raise UserError(
                    f"Two operators are called `{made.name}`.",
                    f"One is from {taken.source or 'the library'}, the other from {made.source or 'the library'}.",
                    "Rename one of them.",
                )
        self._operators.update({made.name: made for made in both})

    def add_module(self, module: ModuleType, source: str) -> None:
        """Add every operator that is defined in ``module``."""
        for value in vars(module).values():
            made = getattr(value, OPERATOR_ATTRIBUTE, None)
            if isinstance(made, Operator) and getattr(value, "__module__", None) == module.__name__:
                self.add(replace(made, source=source))

    def add_package(self, package: ModuleType) -> None:
        """Add every operator of a package of ours, module by module."""
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            self.add_module(importlib.import_module(info.name), "library")

    def add_entry_points(self) -> None:
        """Add the operators of installed packages: an entry point in ``corpusmith.operators`` names a module."""
        for entry in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
            module = entry.load()
            if not isinstance(module, ModuleType):
                raise UserError(
                    f"The entry point `{entry.name}` names no module.",
                    fix="Point it at a module that defines operators.",
                )
            self.add_module(module, f"entry point {entry.name}")

    def add_folder(self, folder: Path) -> None:
        """Add the operators of the ``.py`` files in a workspace folder; raises ``UserError`` for a file that fails."""
        for path in sorted(folder.glob("*.py")):
            place = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:8]
            name = f"corpusmith_workspace_{path.stem}_{place}"
            spec = importlib.util.spec_from_file_location(name, path)
            if spec is None or spec.loader is None:
                continue
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            try:
                spec.loader.exec_module(module)
            except Exception as error:
                del sys.modules[name]
                raise UserError(
                    f"The workspace operator file {path.name} cannot be loaded.",
                    f"{type(error).__name__}: {error}",
                    f"Mend or remove {path}.",
                ) from error
            self.add_module(module, str(path.name))

    def recipe(self, names: Iterable[str] | None = None) -> Recipe:
        """Return what another process needs to make this registry again, or the part of it that ``names`` names.

        Raises ``UserError`` for an operator that no other process can find (see ``origin_of``).
        """
        origins = []
        for name in self.names() if names is None else names:
            origin = origin_of(self.get(name))
            if origin is None:
                raise UserError(
                    f"The operator `{name}` cannot be sent to another process.",
                    "It is declared inside a function or in the script that was started.",
                    "Move it to the top level of a module.",
                )
            origins.append(origin)
        return tuple(dict.fromkeys(origins))

    @classmethod
    def from_recipe(cls, recipe: Recipe) -> Registry:
        """Return the registry that ``recipe`` describes."""
        registry = cls()
        for origin in recipe:
            registry.add(operator_at(origin))
        return registry
