"""Operators of a workspace, which no worker of a cluster finds by an import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import polars as pl

from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example

EXAMPLE = Example(rows=[], becomes=[])


@operator(kind="refine", phase="repair", example=EXAMPLE, reads={"text": "text"}, writes={"text": "text"})
def marked(frame: pl.DataFrame, *, mark: str = "!") -> pl.DataFrame:
    """The text with a mark."""
    return frame.with_columns(pl.col("text") + mark)


@operator(kind="refine", phase="repair", example=EXAMPLE)
def killed_once(text: str, *, flag: str) -> str:
    """The text; the first process that comes to the file ``flag`` leaves it and ends over it."""
    if text.startswith("topic 3000 ") and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return text


@operator(kind="refine", phase="repair", example=EXAMPLE)
def killed_always(text: str) -> str:
    """The text; every process ends over one row."""
    if text.startswith("topic 1500 "):
        os.kill(os.getpid(), signal.SIGKILL)
    return text


@operator(kind="refine", phase="repair", example=EXAMPLE)
def noted(text: str, *, notes: str) -> str:
    """The text, after a while, with a line left in the file ``notes``."""
    time.sleep(0.0005)
    with Path(notes).open("a") as lines:
        lines.write(f"{text.split()[1]}\n")
    return text
