"""A pipeline with every construct, in a process of its own: ``whole_pipeline.py WORK OUT JOURNAL WORKERS BATCH_ROWS``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import orjson

import corpusmith.operator_library
from corpusmith.engine.context import Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.operator import Example
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step, TopUp
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry

EXAMPLE = Example(rows=[], becomes=[])
JOURNAL = Path(sys.argv[3])


def note(step: str) -> None:
    """Leave a line per call, so that it is known what ran; be slow enough to be killed."""
    with JOURNAL.open("a") as journal:
        journal.write(f"{step}\n")
    time.sleep(0.001)


@operator(kind="refine", phase="generate", example=EXAMPLE)
def rolled(text: str, *, sides: int = 40, context: Context) -> str:
    """The text with a number that depends on the round."""
    note(context.step)
    if text.endswith("3"):
        raise ValueError("three")
    return f"{text} {context.random(text).randrange(sides)}"


PIPELINE = Pipeline(
    seed=5,
    sources=["rows", "labels"],
    inline={"reference": [{"text": "topic one is a text"}, {"text": "topic two is a text"}]},
    steps=[
        Step(id="fit", operator="fit_ngram_model", inputs={"rows": "reference"}, artifacts={"model": "reference"}),
        Step(id="score", operator="ngram_perplexity", artifacts={"model": "reference"}),
        Step(
            id="join",
            operator="join_tables",
            inputs={"left": "rows", "right": "labels"},
            outputs={"rows": "joined"},
            params={"on": ["id"]},
        ),
        Step(id="make", operator="rolled", inputs={"rows": "joined"}, outputs={"rows": "made"}),
        Step(id="distinct", operator="exact_duplicates", inputs={"rows": "made"}),
        Step(id="make_more", operator="rolled", inputs={"rows": "made"}),
        Step(
            id="short",
            operator="character_count_filter",
            params={"max": 12},
            inputs={"rows": "made"},
            outputs={"rows": "short"},
        ),
    ],
    top_ups=[TopUp(steps=["make", "distinct", "make_more"], table="made", until=60)],
    outputs=[OutputTable(table="made"), OutputTable(table="short", format="jsonl")],
)


def main(work: Path, out: Path, workers: int, batch_rows: int) -> None:
    """Run the pipeline as far as it is let, and leave the ledger beside the outputs."""
    registry = Registry()
    registry.add_package(corpusmith.operator_library)
    registry.add(getattr(rolled, OPERATOR_ATTRIBUTE))
    sources = {
        "rows": source_of_rows([{"id": n, "text": f"topic {n}"} for n in range(30)], table="rows"),
        "labels": source_of_rows([{"id": n, "label": f"l{n % 3}"} for n in range(0, 40, 2)], table="labels"),
    }
    options = ExecutionOptions(batch_rows=batch_rows, max_error_share=1.0, workers=workers)
    execution = execute(PIPELINE, sources, registry, work, options=options)
    write_outputs(execution, PIPELINE, out, out, lambda output, splits: "")
    (out / "ledger.json").write_bytes(orjson.dumps(execution.ledger.as_json()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[4]), int(sys.argv[5]))
