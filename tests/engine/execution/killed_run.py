"""A slow run in a process of its own, to be killed: ``python killed_run.py WORK OUT JOURNAL``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from corpusmith.engine.context import Context
from corpusmith.engine.declare import dataset_operator, operator
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.operator import Drop, Example, Selection, SelectionOperator, Table
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])
JOURNAL = Path(sys.argv[3] if len(sys.argv) > 3 else "journal")


def note(step: str) -> None:
    """Leave a line per call, so that it is known what ran; be slow enough to be killed."""
    with JOURNAL.open("a") as journal:
        journal.write(f"{step}\n")
    time.sleep(0.002)


@operator(kind="refine", phase="repair", example=EXAMPLE)
def slow_upper(text: str, *, context: Context) -> str:
    """Upper case."""
    note(context.step)
    return text.upper()


@operator(kind="filter", phase="filter", example=EXAMPLE)
def slow_filter(text: str, *, context: Context) -> Drop | None:
    """Drops some rows; breaks on one."""
    note(context.step)
    if text.endswith("17"):
        raise ValueError("seventeen")
    return Drop("three") if "3" in text else None


@dataset_operator(name="slow_reversal", kind="refine", phase="order", example=EXAMPLE)
class SlowReversal(SelectionOperator):
    """The other way round."""

    def select(self, rows: Table, context: Context) -> Selection:
        for _ in range(10):
            note(context.step)
        return Selection(order=np.arange(rows.num_rows)[::-1])


STEPS = [
    Step(id="upper", operator="slow_upper"),
    Step(id="reverse", operator="slow_reversal"),
    Step(id="filter", operator="slow_filter"),
    Step(id="again", operator="slow_reversal"),
    Step(id="last", operator="slow_upper"),
]


def main(work: Path, out: Path) -> None:
    """Run the pipeline as far as it is let."""
    registry = Registry()
    registered: list[Any] = [slow_upper, slow_filter, SlowReversal]
    for subject in registered:
        registry.add(subject.__corpusmith_operator__)
    pipeline = Pipeline(steps=STEPS)
    source = source_of_rows([{"text": f"text {number}"} for number in range(60)])
    options = ExecutionOptions(batch_rows=7, max_error_share=1.0)
    execution = execute(pipeline, {"rows": source}, registry, work, options=options)
    write_outputs(execution, pipeline, out, out, lambda output, splits: "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
