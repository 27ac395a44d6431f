"""Names and values as Python source: valid identifiers for whatever things are called, and literals that read back."""

from __future__ import annotations

import keyword
import math
import pprint
import re
import unicodedata
from typing import Any

from .tracing import distinct


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
    """Return Python source for a JSON-like value, its further lines indented."""
    return pprint.pformat(_finite(value), width=max(40, 108 - indent), sort_dicts=False).replace(
        "\n", "\n" + " " * indent
    )


def class_name(name: str) -> str:
    """Return a class's name for a pipeline's name."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    made = "".join(word[:1].upper() + word[1:] for word in words)[:60]
    return made if made and not made[0].isdigit() and not keyword.iskeyword(made) else f"Pipeline{made}"


class _Source:
    """Stands for a value that has no literal."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __repr__(self) -> str:
        return self._source


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return _Source(f'float("{value}")')
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value


def _tamed(name: str) -> str:
    bare = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[:40].lower()
    if not bare:
        return "step"
    return bare if is_plain(bare) else f"step_{bare}"
