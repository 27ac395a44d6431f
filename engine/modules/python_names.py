"""Names and values as Python source: valid identifiers for whatever things are called, and literals that read back."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from typing import Any

from .tracing import distinct

_WIDTH = 100


class Identifiers:
    """Gives every name an identifier of its own, the name itself where it is one."""

    def __init__(self, reserved: frozenset[str]) -> None:
        self._taken = set(reserved)
        self._given: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Return the identifier of a name; the same one each time."""
        if name not in self._given:
            self._given[name] = self.fresh(name)
        return self._given[name]

    def fresh(self, name: str) -> str:
        """Return an identifier like ``name`` that was not given yet."""
        made = distinct(name if is_plain(name) else _tamed(name), self._taken)
        self._taken.add(made)
        return made


def is_plain(name: str) -> bool:
    """Say whether a name can stand in Python as it is, and means itself inside a class."""
    normal = unicodedata.normalize("NFKC", name) == name
    return name.isidentifier() and normal and not keyword.iskeyword(name) and not name.startswith("__")


def literal(value: Any, indent: int = 0) -> str:
    """Return Python source for a JSON-like value; where it takes several lines, they are indented by ``indent``."""
    one_line = _one_line(value)
    if len(one_line) + indent <= _WIDTH and not _is_prose(value):
        return one_line
    inner = " " * (indent + 4)
    if isinstance(value, str) and _is_prose(value):
        pieces = [f"{inner}{_text(line)}" for line in value.splitlines(keepends=True)]
        return "\n".join(["(", *pieces, " " * indent + ")"])
    if isinstance(value, dict) and value:
        items = [f"{inner}{_text(key)}: {literal(item, indent + 4)}," for key, item in value.items()]
        return "\n".join(["{", *items, " " * indent + "}"])
    if isinstance(value, list) and value:
        return "\n".join(["[", *(f"{inner}{literal(item, indent + 4)}," for item in value), " " * indent + "]"])
    return one_line


def class_name(name: str) -> str:
    """Return a class's name for a pipeline's name."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    made = "".join(word[:1].upper() + word[1:] for word in words)[:60]
    return made if made and not made[0].isdigit() and not keyword.iskeyword(made) else f"Pipeline{made}"


def _one_line(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(key)}: {_one_line(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_one_line, value))}]"
    return repr(value)


def _text(text: str) -> str:
    """A string's literal in double quotes."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain and "\\'" not in plain else plain


def _is_prose(value: Any) -> bool:
    """Whether a text has several lines, as a prompt has."""
    return isinstance(value, str) and len(value) > 60 and "\n" in value.rstrip("\n")


def _tamed(name: str) -> str:
    bare = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[:40].lower()
    if not bare:
        return "step"
    return bare if is_plain(bare) else f"step_{bare}"
