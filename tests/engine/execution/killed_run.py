"""A slow run in a process of its own, to be killed: ``python killed_run.py WORK OUT WORKERS``."""

from __future__ import annotations

import sys
from pathlib import Path

import killed_operators  # type: ignore[import-not-found]

from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

STEPS = [
    Step(id="upper", operator="slow_upper"),
    Step(id="reply", operator="slow_reply"),
    Step(id="reverse", operator="slow_reversal"),
    Step(id="filter", operator="slow_filter"),
    Step(id="again", operator="slow_reversal"),
    Step(id="second", operator="slow_reply"),
    Step(id="last", operator="slow_upper"),
    Step(id="third", operator="slow_reply"),
]


def main(work: Path, out: Path, workers: int) -> None:
    """Run the pipeline as far as it is let."""
    registry = Registry()
    registry.add_module(killed_operators, "test")
    pipeline = Pipeline(steps=STEPS)
    source = source_of_rows([{"text": f"text {number}"} for number in range(120)])
    options = ExecutionOptions(batch_rows=7, max_error_share=1.0, workers=workers)
    execution = execute(pipeline, {"rows": source}, registry, work, options=options)
    write_outputs(execution, pipeline, out, out, lambda output, splits: "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
