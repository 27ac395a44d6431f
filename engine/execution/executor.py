"""The executor: runs a pipeline stage by stage, each atomic and named by what decides it.

Row-local steps that follow each other on one table are fused and streamed; a dataset step, a branch or the end of the
pipeline closes a stage. A stage that is already there is not run again, so the same command continues a killed run.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..columns import ROW_ID
from ..context import Context
from ..errors import UserError
from ..events import EventSink, Progress, RowsDropped, StepFinished, StepStarted, discard
from ..operator import Operator, Params, SelectionOperator
from ..pipeline import Pipeline, Step
from ..reading import Source
from ..registry import Registry
from ..static_check import assert_valid
from .dataset_step import derive_rows, select_rows
from .ledger import RowLedger
from .row_step import FrameStep, RowStep, ValueStep
from .spill import SpilledTable
from .stage import Stage, StageWriter, fingerprint_of

_PROGRESS_SECONDS = 0.5


@dataclass(frozen=True)
class ExecutionOptions:
    """How to run, never what comes out: no field here may change a result."""

    batch_rows: int = 1024
    snapshots: bool = False
    """Keep the rows after every step, to look at them; otherwise only where the engine must."""
    max_error_share: float = 0.05
    """The share of quarantined rows above which the run is stopped as an error."""
    services: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Execution:
    """What a run left on disk: its stages in order, the final tables and the row ledger."""

    stages: list[Stage]
    tables: dict[str, SpilledTable]
    ledger: RowLedger
    sources: Mapping[str, Source]

    def origins_of(self, row: str) -> list[str]:
        """Return the input rows that a row came from."""
        parents: dict[str, tuple[str, ...]] = {}
        for stage in self.stages:
            parents.update(stage.parents)
        return origins_of(row, parents)


def origins_of(row: str, parents: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the input rows that ``row`` came from, given the parents of rows that dataset steps made."""
    while row not in parents:
        table_and_file, _, number = row.rpartition(":")
        shorter, separator, _ = number.rpartition("/")
        if not separator:
            return [row]
        row = f"{table_and_file}:{shorter}"
    return list(dict.fromkeys(origin for parent in parents[row] for origin in origins_of(parent, parents)))


@dataclass
class _Pending:
    """A table that is not on disk yet: its rows, and the row-local steps that are still to be applied."""

    base: Source | SpilledTable
    steps: list[Step] = field(default_factory=list)


def execute(
    pipeline: Pipeline,
    sources: Mapping[str, Source],
    registry: Registry,
    work: Path,
    emit: EventSink = discard,
    options: ExecutionOptions | None = None,
) -> Execution:
    """Run a locked pipeline and return what it left under ``work``.

    Raises ``UserError`` for a pipeline that fails the static check, for too many quarantined rows and for a full disk.
    """
    assert_valid(pipeline, registry, {name: source.schema for name, source in sources.items()})
    with _clear_disk_errors(work):
        run = _Run(pipeline, sources, registry, work, emit, options or ExecutionOptions())
        return run.execute()


class _Run:
    def __init__(
        self,
        pipeline: Pipeline,
        sources: Mapping[str, Source],
        registry: Registry,
        work: Path,
        emit: EventSink,
        options: ExecutionOptions,
    ) -> None:
        self._pipeline = pipeline
        self._sources = sources
        self._registry = registry
        self._folder = work / "stages"
        self._emit = emit
        self._options = options
        self._stages: list[Stage] = []
        self._tables: dict[str, _Pending] = {name: _Pending(source) for name, source in sources.items()}

    def execute(self) -> Execution:
        for index, step in enumerate(self._pipeline.steps):
            operator = self._registry.get(step.operator)
            if operator.form == "dataset":
                self._run_dataset_step(step, operator)
            else:
                self._add_row_step(index, step)
        tables = {output.table: self._on_disk(output.table) for output in self._pipeline.outputs}
        ledger = RowLedger(
            rows_read=sum(source.rows for source in self._sources.values()),
            quarantined_at_reading=sum(len(source.quarantined) for source in self._sources.values()),
            steps=[ledger for stage in self._stages for ledger in stage.ledgers],
        )
        self._assert_few_errors(ledger)
        return Execution(self._stages, tables, ledger, self._sources)

    def _add_row_step(self, index: int, step: Step) -> None:
        name = step.input_table()
        if self._is_read_again(name, index) and step.output_table() != name:
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
        fingerprint = fingerprint_of([pending.base.fingerprint], pending.steps, self._pipeline.seed)
        stage = Stage.find(self._folder / fingerprint)
        if stage is None:
            stage = self._stream(pending, self._folder / fingerprint)
        else:
            self._announce(stage, pending.steps, reused=True)
        self._stages.append(stage)
        self._tables[name] = _Pending(stage.table("rows"))
        return stage.table("rows")

    def _stream(self, pending: _Pending, folder: Path) -> Stage:
        """Stream the rows of a table through its pending steps into a new stage."""
        schema = _full_schema(pending.base)
        applied: list[tuple[Step, RowStep]] = []
        for step in pending.steps:
            operator, params = self._resolve(step)
            form = FrameStep if operator.form == "frame" else ValueStep
            applied.append((step, form(step, operator, params, schema, self._context(step))))
            schema = applied[-1][1].schema
            self._emit(StepStarted(step=step.id, operator=step.operator))
        with StageWriter(folder, [(step.id, step.operator) for step in pending.steps]) as writer:
            table = writer.table("rows", schema)
            for batch in self._with_progress(pending.base):
                table.write(_through(batch, applied, writer))
            stage = writer.commit()
        self._announce(stage, pending.steps, reused=False)
        return stage

    def _with_progress(self, base: Source | SpilledTable) -> Iterator[pa.RecordBatch]:
        if isinstance(base, SpilledTable):
            batches, total = base.full_batches(), base.num_rows
        else:
            batches, total = base.batches(self._options.batch_rows), base.rows
        seen, last = 0, time.monotonic()
        for batch in batches:
            yield batch
            seen += batch.num_rows
            if time.monotonic() - last > _PROGRESS_SECONDS:
                last = time.monotonic()
                self._emit(Progress(rows=seen, total=total))

    def _run_dataset_step(self, step: Step, operator: Operator) -> None:
        tables = {name: self._on_disk(step.input_table(name)) for name in operator.tables_in}
        fingerprint = fingerprint_of([t.fingerprint for t in tables.values()], [step], self._pipeline.seed)
        stage = Stage.find(self._folder / fingerprint)
        reused = stage is not None
        if stage is None:
            self._emit(StepStarted(step=step.id, operator=step.operator))
            stage = self._see_all_rows(step, operator, tables, self._folder / fingerprint)
        self._announce(stage, [step], reused)
        self._stages.append(stage)
        for name in operator.tables_out:
            self._tables[step.output_table(name)] = _Pending(stage.table(name))

    def _see_all_rows(self, step: Step, operator: Operator, tables: dict[str, SpilledTable], folder: Path) -> Stage:
        _, params = self._resolve(step)
        with StageWriter(folder, [(step.id, step.operator)]) as writer:
            ledger = writer.ledgers[step.id]
            ledger.rows_in = sum(table.num_rows for table in tables.values())

            def drop(row: str, reason: str) -> None:
                writer.drop(step.id, row, reason)

            if issubclass(operator.implementation, SelectionOperator):
                only = next(iter(tables.values()))
                schema, batches = select_rows(step, operator, params, only, self._context(step), drop)
                ledger.rows_out = _write_all(writer, operator.tables_out[0], batches, schema)
                ledger.parents = ledger.rows_out
            else:
                made = derive_rows(operator, params, tables, self._context(step), writer.parents, drop)
                ledger.rows_out = sum(_write_all(writer, name, batches) for name, batches in made.items())
                ledger.parents = len({parent for family in writer.parents.values() for parent in family})
            return writer.commit()

    def _resolve(self, step: Step) -> tuple[Operator, Params]:
        operator = self._registry.get(step.operator)
        return operator, operator.params.model_validate(step.params)

    def _context(self, step: Step) -> Context:
        return Context(seed=self._pipeline.seed, step=step.id, services=dict(self._options.services))

    def _announce(self, stage: Stage, steps: list[Step], reused: bool) -> None:
        for step, ledger in zip(steps, stage.ledgers, strict=True):
            if ledger.dropped:
                self._emit(RowsDropped(step=step.id, reasons=dict(sorted(ledger.dropped.items()))))
            self._emit(
                StepFinished(
                    step=step.id,
                    rows_in=ledger.rows_in,
                    rows_out=ledger.rows_out,
                    quarantined=ledger.quarantined,
                    reused=reused,
                )
            )

    def _assert_few_errors(self, ledger: RowLedger) -> None:
        errors = sum(step.quarantined for step in ledger.steps)
        if errors and errors > self._options.max_error_share * max(ledger.rows_read, 1):
            worst = max(ledger.steps, key=lambda step: step.quarantined)
            log = (row for stage in self._stages for row in stage.log() if row["step"] == worst.step and "error" in row)
            raise UserError(
                f"{errors:,} of {ledger.rows_read:,} rows could not be processed.",
                f"Most failed at step `{worst.step}` ({worst.operator}): {next(log)['error']}.",
                "Mend the input or the step, or raise --max-bad-share.",
            )


def _full_schema(base: Source | SpilledTable) -> pa.Schema:
    if isinstance(base, SpilledTable):
        return base.full_schema
    return pa.schema([pa.field(ROW_ID, pa.string()), *base.schema])


def _through(batch: pa.RecordBatch, applied: list[tuple[Step, RowStep]], writer: StageWriter) -> pa.RecordBatch:
    """Send one batch through fused steps, keeping their accounts."""
    for step, row_step in applied:
        ledger = writer.ledgers[step.id]
        outcome = row_step.apply(batch)
        ledger.rows_in += batch.num_rows
        ledger.parents += outcome.parents
        ledger.rows_out += outcome.batch.num_rows
        for row, reason in outcome.dropped:
            writer.drop(step.id, row, reason)
        for row, error in outcome.quarantined:
            writer.quarantine(step.id, row, error)
        batch = outcome.batch
    return batch


def _write_all(
    writer: StageWriter, name: str, batches: Iterator[pa.RecordBatch], schema: pa.Schema | None = None
) -> int:
    table, rows = None, 0
    if schema is not None:
        table = writer.table(name, schema)
    for batch in batches:
        table = table or writer.table(name, batch.schema)
        table.write(batch)
        rows += batch.num_rows
    if table is None:
        writer.table(name, pa.schema([pa.field(ROW_ID, pa.string())]))
    return rows


@contextmanager
def _clear_disk_errors(work: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserError(
                f"No space is left for {work}.", fix="Free some space, then give the same command again."
            ) from error
        if error.errno in (errno.EACCES, errno.EROFS):
            raise UserError(f"Cannot write to {work}.", str(error), "Choose another --out folder.") from error
        raise
