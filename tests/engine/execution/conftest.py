"""Small pipelines over rows in memory, run for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pytest

from corpusmith.engine.columns import HIDDEN, ROW_ID
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE
from corpusmith.engine.events import Event
from corpusmith.engine.execution.executor import Execution, ExecutionOptions, execute
from corpusmith.engine.execution.ledger import StepLedger
from corpusmith.engine.execution.outputs import DROPPED, QUARANTINE, write_outputs
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import Source, source_of_rows
from corpusmith.engine.registry import Registry

Rows: TypeAlias = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Ran:
    """What a run left."""

    execution: Execution
    pipeline: Pipeline
    events: list[Event]

    def rows(self, table: str = "rows") -> list[dict[str, Any]]:
        """The rows of an output table as people see them."""
        return [row for batch in self.execution.tables[table].batches() for row in batch.to_pylist()]

    def ids(self, table: str = "rows") -> list[str]:
        """The identities of the rows of an output table."""
        batches = self.execution.tables[table].full_batches()
        return [row for batch in batches for row in batch.column(ROW_ID).to_pylist()]

    def ledger(self, step: str) -> StepLedger:
        """The account of a step."""
        return next(ledger for ledger in self.execution.ledger.steps if ledger.step == step)

    def dropped(self, step: str) -> list[tuple[str, str]]:
        """The row and the reason for each row that a step dropped."""
        return [(row["row"], row["reason"]) for row in self.execution.stage_of(step).dropped(step)]

    def quarantined(self, step: str) -> dict[str, str]:
        """The errors by row for the rows that a step quarantined."""
        return {row["row"]: row["error"] for row in self.execution.stage_of(step).quarantined(step)}

    def files(self, out: Path) -> dict[str, bytes]:
        """All files that the run leaves in ``out``, with their bytes."""
        write_outputs(self.execution, self.pipeline, out, out, lambda output, splits: " ".join(splits))
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def logs(self, out: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """The lines of ``dropped.jsonl`` and of ``quarantine.jsonl``."""
        files = self.files(out)
        dropped, quarantined = (
            [orjson.loads(line) for line in files[name].splitlines()] for name in (DROPPED, QUARANTINE)
        )
        return dropped, quarantined


Runner: TypeAlias = Callable[..., Ran]


@pytest.fixture
def registry_of(library: Registry) -> Callable[..., Registry]:
    """Makes a registry of the library and of operators that a test declares."""

    def make(*declared: Any) -> Registry:
        made = Registry()
        for operator in library:
            if operator.measure is None:
                made.add(operator)
        for subject in declared:
            made.add(getattr(subject, OPERATOR_ATTRIBUTE))
        return made

    return make


@pytest.fixture
def run(registry_of: Callable[..., Registry], tmp_path: Path) -> Runner:
    """Runs steps over rows: ``run(steps, rows)``, or ``run(pipeline, {"left": rows, ...}, operators=[f])``."""
    count = 0

    def run_it(
        what: Pipeline | Sequence[Step],
        rows: Rows | Mapping[str, Rows] | Mapping[str, Source],
        *,
        operators: Sequence[Any] = (),
        work: Path | None = None,
        batch_rows: int = 3,
        max_error_share: float = 1.0,
        **options: Any,
    ) -> Ran:
        nonlocal count
        count += 1
        tables = rows if isinstance(rows, Mapping) else {"rows": rows}
        sources = {
            name: given if isinstance(given, Source) else source_of_rows(given, table=name)
            for name, given in tables.items()
        }
        pipeline = what if isinstance(what, Pipeline) else Pipeline(steps=list(what))
        events: list[Event] = []
        execution = execute(
            pipeline,
            sources,
            registry_of(*operators),
            work or tmp_path / f"work-{count}",
            events.append,
            ExecutionOptions(batch_rows=batch_rows, max_error_share=max_error_share, **options),
        )
        assert not [name for table in execution.tables.values() for name in table.schema.names if name in HIDDEN]
        return Ran(execution, pipeline, events)

    return run_it


@pytest.fixture(scope="session")
def operators_of_rows() -> list[Any]:
    """The operators of a workspace folder, which other processes find too."""
    found = Registry()
    found.add_folder(Path(__file__).with_name("row_operators"))
    return [operator.implementation for operator in found if operator.measure is None]
