"""Slow operators that leave a line for each call, so that it is known what ran before a run was killed."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import numpy as np

from corpusmith.engine.context import Context
from corpusmith.engine.declare import dataset_operator, operator
from corpusmith.engine.operator import Drop, Example, Selection, SelectionOperator, Table

EXAMPLE = Example(rows=[], becomes=[])
NOTES = Path(os.environ.get("KILLED_RUN_NOTES", "notes"))


def note(what: str) -> None:
    """Leave a line, and say which process left it."""
    with NOTES.open("a") as notes:
        notes.write(f"{what}\n")
    NOTES.with_suffix(".processes").open("a").write(f"{os.getpid()}\n")


@operator(kind="refine", phase="repair", example=EXAMPLE)
def slow_upper(text: str, *, context: Context) -> str:
    """Upper case."""
    note(context.step)
    time.sleep(0.002)
    return text.upper()


@operator(kind="filter", phase="filter", example=EXAMPLE)
def slow_filter(text: str, *, context: Context) -> Drop | None:
    """Drops some rows; breaks on one."""
    note(context.step)
    time.sleep(0.002)
    if text.endswith("17"):
        raise ValueError("seventeen")
    return Drop("three") if "3" in text else None


@operator(kind="refine", phase="repair", example=EXAMPLE)
async def slow_reply(text: str, *, context: Context) -> str:
    """What a model would answer, some time later."""
    note(f"{context.step} asks {text}")
    await asyncio.sleep(0.001 * (len(text) % 3))
    return text + "."


@dataset_operator(name="slow_reversal", kind="refine", phase="order", example=EXAMPLE)
class SlowReversal(SelectionOperator):
    """The other way round."""

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the order."""
        for _ in range(10):
            note(context.step)
            time.sleep(0.002)
        return Selection(order=np.arange(rows.num_rows)[::-1])
