"""A finding of the doctor, and how it is kept fit for pasting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

State: TypeAlias = Literal["ok", "note", "broken"]
"""``note``: something is not there that the base can do without. ``broken``: the base needs it."""


class Finding(NamedTuple):
    """What was looked at, what was seen, and the command or step that mends it."""

    area: str
    name: str
    state: State
    detail: str
    mend: str = ""


def without_home(text: str) -> str:
    """Return ``text`` with the person's home folder as ``~``, so that it names nobody."""
    try:
        home = Path.home()
    except RuntimeError:
        return text
    for folder in sorted({str(home), str(home.resolve())} - {"/"}, key=len, reverse=True):
        text = re.sub(rf"{re.escape(folder)}(?=[/\s'\"]|$)", "~", text)
    return text
