"""Runs the work of one stage: fused row-local steps over a stream, or one dataset step over tables on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa

from ...checking.step_check import assert_step_fits
from ...columns import ROW_ID
from ...context import Context
from ...errors import UserError
from ...events import EventSink, StepStarted
from ...operator import Operator, Params, SelectionOperator
from ...pipeline import Step
from ...reading import Source
from ...reading.source import schema_with_row_id
from ...registry import Registry
from ..execution import ExecutionOptions
from ..segments.coroutines import Coroutines
from ..segments.local_segment import Record
from ..steps.derivation import Derivation
from ..steps.outcome import StepAccount
from ..steps.selection import select_rows
from .given import NOTHING, Given
from .pending import Base
from .spill import SpilledTable
from .stage import Stage, StageWriter
from .stage_progress import StageProgress
from .stage_stream import Prepared, StageStream

_JOURNALS = "journals"
_NO_COLUMNS = pa.schema([pa.field(ROW_ID, pa.string())])


@dataclass(frozen=True)
class SourceTable:
    """A source as a table of the pipeline. Where there are several, identities must begin with the table's name."""

    name: str
    source: Source
    alone: bool

    @property
    def fingerprint(self) -> str:
        """The table's name and the source's fingerprint: equal rows of two tables are not the same rows."""
        return f"{self.name}={self.source.fingerprint}"

    @property
    def full_schema(self) -> pa.Schema:
        """The columns with the row identity."""
        return schema_with_row_id(self.source.schema)

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return self.source.rows

    def full_batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows with their identities, ``rows`` at a time."""
        for batch in self.source.batches(rows):
            if not self.alone and batch.num_rows and not batch.column(ROW_ID)[0].as_py().startswith(f"{self.name}:"):
                raise UserError(
                    f"The rows of the source `{self.name}` are called `{batch.column(ROW_ID)[0].as_py()}` and so on.",
                    "With several sources, two rows could have one identity.",
                    f"Open the source with table={self.name!r}.",
                )
            yield batch


class StageRunner:
    """Runs stages of one pipeline run."""

    def __init__(
        self, registry: Registry, seed: int, emit: EventSink, options: ExecutionOptions, loop: Coroutines
    ) -> None:
        self._registry = registry
        self._seed = seed
        self._emit = emit
        self._options = options
        self._stream = StageStream(registry, seed, options, loop)

    def stream(self, base: Base, steps: Sequence[Step], folder: Path, given: Given = NOTHING) -> Stage:
        """Stream the rows of a table through row-local steps into a new stage with the table ``rows``."""
        prepared = self._prepared(base.full_schema, steps, given, folder.parent.with_name(_JOURNALS))
        schema = prepared[-1].row_step.schema if prepared else base.full_schema
        with StageWriter(folder, [(step.id, step.operator) for step in steps]) as writer:
            table, progress = writer.table("rows", schema), StageProgress(self._emit, writer.ledgers, base.num_rows)
            batches = progress.counted(base.full_batches(self._options.batch_rows))
            with self._stream.rows(prepared, batches, given, partial(_recorder, writer), lambda: progress.left) as rows:
                for batch in rows:
                    table.write(batch)
                    progress.tick()
            progress.end()
            stage = writer.commit()
        for step in prepared:
            if step.journal is not None:
                step.journal.remove()
        return stage

    def _prepared(self, schema: pa.Schema, steps: Sequence[Step], given: Given, journals: Path) -> list[Prepared]:
        prepared: list[Prepared] = []
        for step in steps:
            operator, params = self._resolve(step, [schema])
            prepared.append(self._stream.prepared(step, operator, params, schema, given, journals))
            schema = prepared[-1].row_step.schema
            self._emit(StepStarted(step=step.id, operator=step.operator))
        return prepared

    def see_all_rows(
        self, step: Step, tables: Mapping[str, SpilledTable], folder: Path, given: Given = NOTHING
    ) -> Stage:
        """Run a dataset step over its input tables into a new stage with its output tables."""
        operator, params = self._resolve(step, [table.full_schema for table in tables.values()])
        self._emit(StepStarted(step=step.id, operator=step.operator))
        with StageWriter(folder, [(step.id, step.operator)]) as writer:
            writer.ledgers[step.id].rows_in = sum(table.num_rows for table in tables.values())
            run = self._select if issubclass(operator.implementation, SelectionOperator) else self._derive
            run(step, operator, params, tables, writer, self._context(step, given))
            return writer.commit()

    def _select(
        self,
        step: Step,
        operator: Operator,
        params: Params,
        tables: Mapping[str, SpilledTable],
        writer: StageWriter,
        context: Context,
    ) -> None:
        (table,) = tables.values()
        schema, batches = select_rows(
            step,
            operator,
            params,
            table,
            context,
            lambda row, reason: writer.drop(step.id, row, reason),
            writer.scratch,
        )
        ledger = writer.ledgers[step.id]
        ledger.rows_out = _write_all(writer, operator.tables_out[0], batches, schema)
        ledger.parents = ledger.rows_out

    def _derive(
        self,
        step: Step,
        operator: Operator,
        params: Params,
        tables: Mapping[str, SpilledTable],
        writer: StageWriter,
        context: Context,
    ) -> None:
        derivation = Derivation(operator, params, tables, context)
        ledger = writer.ledgers[step.id]
        ledger.rows_out = sum(_write_all(writer, name, derivation.rows(name)) for name in operator.tables_out)
        ledger.parents = derivation.parents
        derivation.drop_unused(lambda row, reason: writer.drop(step.id, row, reason))

    def _resolve(self, step: Step, schemas: Sequence[pa.Schema]) -> tuple[Operator, Params]:
        operator = self._registry.get(step.operator)
        params = operator.params.model_validate(step.params)
        assert_step_fits(step, operator, params, schemas)
        return operator, params

    def _context(self, step: Step, given: Given) -> Context:
        return given.context(self._seed, step.id, self._options.services)


def _recorder(writer: StageWriter, steps: Sequence[Prepared]) -> Record:
    """What enters the accounts of some steps into a stage's ledgers and logs."""

    def record(accounts: Sequence[StepAccount]) -> None:
        for step, account in zip(steps, accounts, strict=True):
            name = step.step.id
            ledger = writer.ledgers[name]
            ledger.rows_in += account.rows_in
            ledger.parents += account.parents
            ledger.rows_out += account.rows_out
            writer.drop_all(name, account.dropped)
            writer.quarantine_all(name, account.quarantined)

    return record


def _write_all(
    writer: StageWriter, name: str, batches: Iterator[pa.RecordBatch], schema: pa.Schema | None = None
) -> int:
    """Write the rows of a table; without ``schema`` the first batch says which columns there are."""
    first = None if schema is not None else next(batches, None)
    table = writer.table(name, schema or (first.schema if first is not None else _NO_COLUMNS))
    if first is not None:
        table.write(first)
    for batch in batches:
        table.write(batch)
    return table.rows
