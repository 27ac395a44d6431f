"""Where the real texts lie that inputs are made of."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

EVAL_DATA = "CORPUSMITH_EVAL_DATA"


class InputMissing(Exception):  # noqa: N818 - it reads as what it says
    """What an input is made of is not on this machine; the text says what to do."""


def data_folder() -> Path:
    """Return the folder of real data sets that ``CORPUSMITH_EVAL_DATA`` names."""
    named = os.environ.get(EVAL_DATA, "")
    if not named or not Path(named).is_dir():
        raise InputMissing(f"{EVAL_DATA} must name the folder of real data sets; it is {named!r}.")
    return Path(named)


def read_lines(*parts: str) -> list[str]:
    """Return the lines of a text file below the data folder, without empty ones."""
    path = data_folder().joinpath(*parts)
    if not path.is_file():
        raise InputMissing(f"There is no file {path}.")
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def read_records(*parts: str) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines below the data folder."""
    return [json.loads(line) for line in read_lines(*parts)]
