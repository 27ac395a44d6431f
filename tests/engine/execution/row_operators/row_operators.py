"""Operators of every form for tests that run them in worker processes, beside others that stay where they are."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import polars as pl

from corpusmith.engine.context import Context
from corpusmith.engine.declare import operator
from corpusmith.engine.errors import RowError, UserError
from corpusmith.engine.operator import Drop, Example

EXAMPLE = Example(rows=[], becomes=[])


@operator(kind="refine", phase="repair", example=EXAMPLE)
def shouted(text: str) -> str:
    """Upper case; refuses digits and breaks on an exclamation mark."""
    if "!" in text:
        raise ValueError("loud already")
    if any(character.isdigit() for character in text):
        raise RowError("a digit")
    return text.upper()


@operator(kind="refine", rows="expand", phase="ingest", example=EXAMPLE)
def split_characters(text: str) -> list[str]:
    """One row per character."""
    return list(text)


@operator(kind="filter", phase="filter", example=EXAMPLE)
def no_vowel(text: str | None) -> Drop | None:
    """Drops texts that begin with a vowel."""
    return Drop(f"begins_with_{text[0].lower()}") if text and text[0] in "aeiouAEIOU" else None


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, reads={"text": "text"}, writes={"size": "integer"})
def polars_size(frame: pl.DataFrame) -> pl.DataFrame:
    """Length of the text, over a frame."""
    return frame.with_columns(size=pl.col("text").str.len_chars().cast(pl.Int64))


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def drawn(text: str, *, context: Context) -> int:
    """A number that depends on the seed, the step and the text."""
    return context.random(text).randrange(1000)


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def answered(text: str) -> str:
    """The text with a mark, later ones sooner; refuses `x`."""
    await asyncio.sleep(0.002 / (1 + len(text)))
    if text.lower() == "x":
        raise RowError("no answer")
    return text + "?"


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def process(text: str) -> int:
    """The process that the row is in."""
    return os.getpid()


@operator(kind="refine", phase="repair", example=EXAMPLE)
def deadly(text: str) -> str:
    """Kills its process over `kill`."""
    if text.lower() == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return text


@operator(kind="refine", phase="repair", example=EXAMPLE)
def deadly_once(text: str, *, marks: str) -> str:
    """Kills its process over a text the first time."""
    try:
        Path(marks, text).touch(exist_ok=False)
    except FileExistsError:
        return text
    os.kill(os.getpid(), signal.SIGKILL)
    return text


@operator(kind="refine", phase="repair", example=EXAMPLE)
def refuses_the_run(text: str) -> str:
    """Finds that the run cannot go on."""
    raise UserError("Nothing goes.", "It is so.", "Leave it.")


@operator(kind="refine", phase="repair", example=EXAMPLE)
def leaves(text: str) -> str:
    """Ends the program over `kill`, or tries to."""
    if text == "kill":
        sys.exit(0)
    return text
