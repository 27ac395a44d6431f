"""An embedding step in a process of its own that ends itself: ``python killed_embedding.py WORK NOTES KEPT``.

Each text that is embedded leaves a line in ``NOTES``; when ``KEPT`` vectors are kept the process is killed. A process that is
not killed writes its vectors to its output.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import corpusmith.operator_library.core.vectors
from corpusmith.engine.execution.executor import ExecutionOptions, execute
from corpusmith.engine.execution.stages import stage_stream
from corpusmith.engine.execution.steps.journal import Journal
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry


class NotingModels(ScriptedModels):
    """Embeds a text as its length."""

    def __init__(self, notes: Path) -> None:
        super().__init__(lambda _: "", lambda text: [float(len(text)), 0.1])
        self._notes = notes

    async def embed(self, texts: Sequence[str], *, role: str = "embedding", label: str = "") -> list[list[float]]:
        """Return the vectors."""
        with self._notes.open("a") as notes:
            notes.writelines(f"{text}\n" for text in texts)
        return await super().embed(texts, role=role, label=label)


class KilledJournal(Journal):
    """Ends the process when it has kept enough."""

    left = 0

    def keep(self, question: bytes, answer: str) -> None:
        """Keep an answer."""
        super().keep(question, answer)
        KilledJournal.left -= 1
        if KilledJournal.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(work: Path, notes: Path, kept: int) -> None:
    """Embed the rows, as far as it goes."""
    KilledJournal.left = kept
    stage_stream.Journal = KilledJournal  # type: ignore[attr-defined]
    registry = Registry()
    registry.add_package(corpusmith.operator_library.core.vectors)
    options = ExecutionOptions(services={"embedding": NotingModels(notes)})
    pipeline = Pipeline(steps=[Step(id="embed", operator="text_embedding")])
    rows = [{"text": "x" * (1 + number % 250)} for number in range(300)]
    execution = execute(pipeline, {"rows": source_of_rows(rows)}, registry, work, options=options)
    batches = execution.tables["rows"].full_batches()
    sys.stdout.write(repr([vector for batch in batches for vector in batch.column("embedding").to_pylist()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
