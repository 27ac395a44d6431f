"""The inputs by name, each with the function that builds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import instructions, multilingual, standard_library_docs

BUILDERS: dict[str, Callable[[Path], Path]] = {
    "standard_library_docs": standard_library_docs.build,
    "multilingual": multilingual.build,
    "instructions": instructions.build,
}


def build_input(name: str, folder: Path) -> Path:
    """Build the input ``name`` into ``folder`` and return its file.

    Raises:
        InputMissing: what it is made of is not on this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return BUILDERS[name](folder)
