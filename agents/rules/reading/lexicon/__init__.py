"""The words between the phrases: word classes that the grammar and the phrase tables share, as YAML.

Each file holds classes of single words and of short phrases, used as ``<class>`` in tables. What a check is asked for
in does not live here but beside the check. Start with ``actions.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml


class Lexicon:
    """Word classes by name; a member is one word, or several words that stand together."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self._members: dict[str, list[tuple[str, ...]]] = {
            name: sorted({tuple(member.split()) for member in members}, key=len, reverse=True)
            for name, members in classes.items()
        }
        self._single = {
            name: frozenset(member[0] for member in members if len(member) == 1)
            for name, members in self._members.items()
        }

        self._beginning: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for name, known in self._members.items():
            for member in known:
                self._beginning.setdefault((name, member[0]), []).append(member)

    def words(self, name: str) -> frozenset[str]:
        """Return the members of a class that are single words."""
        return self._single[name]

    def members(self, name: str) -> Sequence[tuple[str, ...]]:
        """Return all members of a class, the longest first. Raises ``KeyError`` for an unknown class."""
        return self._members[name]

    def beginning(self, name: str, word: str) -> Sequence[tuple[str, ...]]:
        """Return the members of a class that begin with a word, the longest first. Raises ``KeyError`` for an unknown class."""
        found = self._beginning.get((name, word))
        return found if found is not None else self._members[name][:0]

    def names(self) -> list[str]:
        """Return the names of all classes."""
        return sorted(self._members)


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon that is shipped."""
    classes: dict[str, list[str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for name, members in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            classes[name] = [" ".join(str(member).split()) for member in members]
    return Lexicon(classes)
