"""A sentence under the reader's finger: its tokens, the words that they may be, and the columns that they may name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .columns import ColumnNames
from .lexicon import Lexicon
from .tokens import Token


@dataclass
class Scan:
    """Tokens with what is needed to look words up; positions are indexes of tokens."""

    tokens: Sequence[Token]
    lexicon: Lexicon
    columns: ColumnNames
    after_column: bool = False
    """The sentence before it in the same paragraph named a column, which *it* may stand for."""
    memory: dict[Any, Any] = field(default_factory=dict)
    """What slots and phrases gave at a position, so that nothing is matched twice."""

    def __post_init__(self) -> None:
        self._words = [token.text if token.kind in ("word", "mark") else "" for token in self.tokens]

    def __len__(self) -> int:
        return len(self.tokens)

    def token(self, at: int) -> Token | None:
        """Return the token at a position, ``None`` past the end."""
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def word(self, at: int) -> str:
        """Return the folded word or the mark at a position; empty for anything else and past the end."""
        return self._words[at] if 0 <= at < len(self._words) else ""

    def one_of(self, name: str, at: int) -> int | None:
        """Return the end of the longest member of a word class that stands at a position."""
        key = (name, at)
        if key not in self.memory:
            members = self.lexicon.beginning(name, self.word(at))
            self.memory[key] = next((at + len(member) for member in members if self._stands(member, at)), None)
        found: int | None = self.memory[key]
        return found

    def after(self, name: str, at: int) -> int:
        """Return the position after a member of a word class, or the position itself where none stands."""
        return self.one_of(name, at) or at

    def skip(self, name: str, at: int) -> int:
        """Return the position after all members of a word class in a row."""
        while (end := self.one_of(name, at)) is not None:
            at = end
        return at

    def closing(self, at: int, *marks: str) -> int:
        """Return the position of the next of some marks, or of the end: as far as a clause that is not read can reach."""
        return next((place for place in range(at, len(self)) if self.word(place) in marks), len(self))

    def quote(self, start: int, end: int) -> tuple[int, int]:
        """Return where the tokens ``start`` to ``end`` stand in the spec."""
        return self.tokens[start].start, self.tokens[end - 1].end

    def _stands(self, member: tuple[str, ...], at: int) -> bool:
        return all(self.word(at + offset) == word for offset, word in enumerate(member))
