"""The executor: runs a pipeline stage by stage, each atomic and named by what decides it.

Row-local steps that follow each other on one table are fused and streamed; a dataset step, a branch or the end of the
pipeline closes a stage. A stage that is already there is not run again, so the same command continues a killed run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..disk_errors import working_in
from ..errors import UserError
from ..events import EventSink, RowsDropped, StepFinished, discard
from ..pipeline import Pipeline, Step
from ..reading import Source
from ..registry import Registry
from ..static_check import assert_valid
from .coroutines import Coroutines
from .execution import Execution, ExecutionOptions
from .ledger import RowLedger
from .lineage import origins_of
from .spill import SpilledTable
from .stage import Stage, fingerprint_of
from .stage_runner import SourceTable, StageRunner

__all__ = ["Execution", "ExecutionOptions", "execute", "origins_of"]


def execute(
    pipeline: Pipeline,
    sources: Mapping[str, Source],
    registry: Registry,
    work: Path,
    emit: EventSink = discard,
    options: ExecutionOptions | None = None,
) -> Execution:
    """Run a pipeline and return what it left under ``work``; a pipeline that is not locked yet is locked first.

    Raises ``UserError`` for a pipeline that fails the static check, for too many quarantined rows and for a full disk.
    """
    assert_valid(pipeline, registry, {name: source.schema for name, source in sources.items()})
    chosen = options or ExecutionOptions()
    with working_in(work), Coroutines() as loop:
        runner = StageRunner(registry, pipeline.seed, emit, chosen, loop)
        return _Run(pipeline.locked(registry), sources, registry, work, runner, emit, chosen).execute()


@dataclass
class _Pending:
    """A table that is not on disk yet: its rows, and the row-local steps that are still to be applied."""

    base: SourceTable | SpilledTable
    steps: list[Step] = field(default_factory=list)


class _Run:
    def __init__(
        self,
        pipeline: Pipeline,
        sources: Mapping[str, Source],
        registry: Registry,
        work: Path,
        runner: StageRunner,
        emit: EventSink,
        options: ExecutionOptions,
    ) -> None:
        self._pipeline = pipeline
        self._sources = sources
        self._registry = registry
        self._folder = work / "stages"
        self._runner = runner
        self._emit = emit
        self._options = options
        self._stages: list[Stage] = []
        alone = len(sources) == 1
        self._tables = {name: _Pending(SourceTable(name, source, alone)) for name, source in sources.items()}

    def execute(self) -> Execution:
        for index, step in enumerate(self._pipeline.steps):
            if self._registry.get(step.operator).form == "dataset":
                self._run_dataset_step(step)
            else:
                self._add_row_step(index, step)
        tables = {output.table: self._on_disk(output.table) for output in self._pipeline.outputs}
        return Execution(self._stages, tables, self._ledger(), self._sources)

    def _add_row_step(self, index: int, step: Step) -> None:
        name = step.input_table()
        if step.output_table() != name and self._is_read_again(name, index):
            self._on_disk(name)
        pending = self._tables[name]
        self._tables[step.output_table()] = _Pending(pending.base, [*pending.steps, step])
        if self._options.snapshots:
            self._on_disk(step.output_table())

    def _is_read_again(self, name: str, index: int) -> bool:
        """Whether a later step or an output reads this table before another step replaces it."""
        for step in self._pipeline.steps[index + 1 :]:
            operator = self._registry.get(step.operator)
            if name in [step.input_table(table) for table in operator.tables_in]:
                return True
            if name in [step.output_table(table) for table in operator.tables_out]:
                return False
        return any(output.table == name for output in self._pipeline.outputs)

    def _on_disk(self, name: str) -> SpilledTable:
        """Run what is pending for a table and return its rows."""
        pending = self._tables[name]
        if isinstance(pending.base, SpilledTable) and not pending.steps:
            return pending.base
        folder = self._folder / fingerprint_of([pending.base.fingerprint], pending.steps, self._pipeline.seed)
        stage = Stage.find(folder)
        reused = stage is not None
        if stage is None:
            stage = self._runner.stream(pending.base, pending.steps, folder)
        self._finished(stage, reused)
        self._tables[name] = _Pending(stage.table("rows"))
        return stage.table("rows")

    def _run_dataset_step(self, step: Step) -> None:
        operator = self._registry.get(step.operator)
        tables = {name: self._on_disk(step.input_table(name)) for name in operator.tables_in}
        bases = [table.fingerprint for table in tables.values()]
        folder = self._folder / fingerprint_of(bases, [step], self._pipeline.seed)
        stage = Stage.find(folder)
        reused = stage is not None
        if stage is None:
            stage = self._runner.see_all_rows(step, tables, folder)
        self._finished(stage, reused)
        for name in operator.tables_out:
            self._tables[step.output_table(name)] = _Pending(stage.table(name))

    def _finished(self, stage: Stage, reused: bool) -> None:
        """Take note of a stage; raises ``UserError`` when too many rows failed so far."""
        self._stages.append(stage)
        for ledger in stage.ledgers:
            if ledger.dropped:
                self._emit(RowsDropped(step=ledger.step, reasons=dict(sorted(ledger.dropped.items()))))
            counts = {"rows_in": ledger.rows_in, "rows_out": ledger.rows_out, "quarantined": ledger.quarantined}
            self._emit(StepFinished(step=ledger.step, reused=reused, **counts))
        self._assert_few_errors(self._ledger())

    def _ledger(self) -> RowLedger:
        order = [step.id for step in self._pipeline.steps]
        ledgers = [ledger for stage in self._stages for ledger in stage.ledgers]
        return RowLedger(
            rows_read=sum(source.rows for source in self._sources.values()),
            quarantined_at_reading=sum(len(source.quarantined) for source in self._sources.values()),
            steps=sorted(ledgers, key=lambda ledger: order.index(ledger.step)),
        )

    def _assert_few_errors(self, ledger: RowLedger) -> None:
        errors = sum(step.quarantined for step in ledger.steps)
        most = max([ledger.rows_read, *(step.rows_in for step in ledger.steps)])
        if errors and errors > self._options.max_error_share * most:
            worst = max(ledger.steps, key=lambda step: step.quarantined)
            stage = next(stage for stage in self._stages if worst in stage.ledgers)
            raise UserError(
                f"{errors:,} of {most:,} rows could not be processed.",
                f"Most failed at step `{worst.step}` ({worst.operator}): {next(stage.quarantined(worst.step))['error']}.",
                "Mend the input or the step, or raise --max-bad-share.",
            )
