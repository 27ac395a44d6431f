"""Column names: how people write them, and which column of the input they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ....engine.columns import ColumnType


@dataclass
class ColumnNames:
    """The columns that a spec may name: those of the input and those that its renames produce."""

    types: Mapping[str, ColumnType]
    text: str | None
    """What "the text" means."""
    renamed: dict[str, str] = field(default_factory=dict)
    """New names by old ones, found in the spec itself."""
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    retyped: dict[str, ColumnType] = field(default_factory=dict)
    """The types that the spec itself asks for, by the names of the input."""

    def __post_init__(self) -> None:
        self._by_name: dict[str, str] = {}
        for name in [*self.types, *self.renamed.values()]:
            for form in (name.casefold(), _spaced(name), *_plurals(_spaced(name))):
                self._by_name.setdefault(form, name)

    def exact(self, name: str) -> str | None:
        """Return the column of this very name, or of the name in another case."""
        if name in self.types or name in self.renamed.values():
            return name
        return next((known for known in self.known() if known.casefold() == name.casefold()), None)

    def spoken(self, words: str) -> str | None:
        """Return the column that one or more ordinary words mean, in singular or plural."""
        return self._by_name.get(words)

    def known(self) -> list[str]:
        """Return every name that a spec may use."""
        return [*self.types, *(new for new in self.renamed.values() if new not in self.types)]

    def type_of(self, name: str) -> ColumnType | None:
        """Return the type that a column has or is to have, through a rename; ``None`` when unknown."""
        old = next((old for old, new in self.renamed.items() if new == name), name)
        return self.retyped.get(old) or self.types.get(name) or self.types.get(old)

    def final(self, name: str) -> str:
        """Return the name that a column has in the output."""
        return self.renamed.get(name, name)


def _spaced(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").replace(".", " ").split())


def _plurals(name: str) -> list[str]:
    forms = [name + "s"]
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        forms.append(name[:-1] + "ies")
    if name.endswith(("s", "x", "ch", "sh")):
        forms.append(name + "es")
    return forms
