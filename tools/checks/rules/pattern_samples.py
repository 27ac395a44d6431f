"""Texts that match a regular expression, built from its parse tree; whatever is built is tried before it is used.

Look-arounds, word boundaries and the like are not reasoned about: their text is put in or left out, and a candidate that
does not match is thrown away. So an odd pattern may get no sample, but never a wrong one.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

_ATTEMPTS = 12
_LONGEST_REPEAT = 10_000
_LETTERS = "ab0 _-.A1éz~\n"


def matching_texts(pattern: re.Pattern[str], *, whole: bool) -> list[str]:
    """Return up to four texts that match ``pattern``, wholly with ``whole``; empty when none could be built."""
    tree = importlib.import_module("re._parser").parse(pattern.pattern, pattern.flags)
    matches = pattern.fullmatch if whole else pattern.search
    found: dict[str, None] = {}
    for attempt in range(_ATTEMPTS):
        text = _Writer(attempt).write(tree)
        found.update({text: None} if matches(text) else {})
    return list(found)[:4]


def texts_around(texts: list[str]) -> Iterator[str]:
    """Yield texts that a pattern matching ``texts`` may well not match: near misses, and some of every kind."""
    for text in texts:
        yield from (text[1:], text[:-1], f"¬{text}", f"{text}¬", text.swapcase())
    yield from ("", " ", "a", "Z", "0", "-", "ß", "¬", "zzz zzz", "\n", "\x00", "12 ab", "x" * 50)


class _Writer:
    """Writes one text for a parse tree; ``attempt`` turns the choices of branch, character and number of repeats."""

    def __init__(self, attempt: int) -> None:
        self._attempt = attempt
        self._groups: dict[int, str] = {}

    def write(self, tree: Any) -> str:
        return "".join(self._token(str(code), argument) for code, argument in tree)

    def _token(self, code: str, argument: Any) -> str:
        match code:
            case "LITERAL":
                return chr(argument)
            case "NOT_LITERAL":
                return next(char for char in _LETTERS if ord(char) != argument)
            case "ANY":
                return _LETTERS[self._attempt % 4]
            case "IN":
                return self._one_of(argument)
            case "BRANCH":
                return self.write(argument[1][self._attempt % len(argument[1])])
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeat(*argument)
            case "SUBPATTERN":
                number, _, _, inner = argument
                self._groups[number] = self.write(inner)
                return self._groups[number]
            case "ATOMIC_GROUP":
                return self.write(argument)
            case "GROUPREF":
                return self._groups.get(argument, "")
            case "GROUPREF_EXISTS":
                number, present, absent = argument
                return self.write(present if number in self._groups else absent or [])
            case "ASSERT":
                return self.write(argument[1]) if self._attempt < _ATTEMPTS // 2 else ""
        return ""

    def _repeat(self, low: int, high: int, inner: Any) -> str:
        times = min(int(low) + self._attempt // 3, int(high))
        if times > _LONGEST_REPEAT:
            return ""
        return "".join(self.write(inner) for _ in range(times))

    def _one_of(self, members: Any) -> str:
        negated = str(members[0][0]) == "NEGATE"
        candidates = [chr(number) for number in range(32, 127)] + list("\n\té日") if negated else _members(members)
        fitting = [char for char in candidates if not (negated and _is_in(char, members[1:]))]
        return fitting[self._attempt % len(fitting)] if fitting else ""


def _members(members: Any) -> list[str]:
    chars: list[str] = []
    for code, argument in members:
        match str(code):
            case "LITERAL":
                chars.append(chr(argument))
            case "RANGE":
                low, high = argument
                chars.extend({chr(low): None, chr((low + high) // 2): None, chr(high): None})
            case "CATEGORY":
                chars.extend(char for char in _LETTERS + "\t!" if _is_category(char, str(argument)))
    return chars


def _is_in(char: str, members: Any) -> bool:
    for code, argument in members:
        match str(code):
            case "LITERAL" if ord(char) == argument:
                return True
            case "RANGE" if argument[0] <= ord(char) <= argument[1]:
                return True
            case "CATEGORY" if _is_category(char, str(argument)):
                return True
    return False


def _is_category(char: str, category: str) -> bool:
    inside = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}
    name = category.removeprefix("CATEGORY_")
    return inside[name.removeprefix("NOT_")] is not name.startswith("NOT_")
