"""The row-local steps of a stage, cut into segments that pull from each other: in this process, in workers, at models.

Each segment keeps several pieces in flight and gives them back in order, so the segments overlap while memory is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from ...operator import Operator, Params
from ...pipeline import Step
from ...registry import Registry
from ..execution import ExecutionOptions
from ..segments.coroutines import Coroutines
from ..segments.fused_steps import FusedSteps
from ..segments.local_segment import LocalSegment, Record, Segment
from ..segments.model_segment import ModelSegment
from ..segments.pooled_segment import GrowingSegment, PooledSegment, cores
from ..segments.shipped_steps import ShippedSteps, ships
from ..segments.worker_pool import WorkerPool
from ..steps.async_calls import JournaledCalls
from ..steps.journal import Journal
from ..steps.outcome import RowStep
from ..steps.row_steps import row_step_of
from .given import Given
from .stage import fingerprint_of
from .stage_facts import facts_of


class Prepared(NamedTuple):
    """A step that is ready for the batches of a stage."""

    step: Step
    operator: Operator
    row_step: RowStep
    schema_before: pa.Schema
    journal: Journal | None


class StageStream:
    """Prepares steps and sends rows through them. The worker processes last as long as the run."""

    def __init__(self, registry: Registry, seed: int, options: ExecutionOptions, loop: Coroutines) -> None:
        self._registry = registry
        self._seed = seed
        self._options = options
        self._loop = loop
        self._workers: WorkerPool | None = None

    def prepared(
        self, step: Step, operator: Operator, params: Params, schema: pa.Schema, given: Given, journals: Path
    ) -> Prepared:
        """Return a step ready to be applied to batches of ``schema``."""
        services = self._options.services
        journal = None
        called = operator
        if operator.is_async:
            facts = facts_of(step, operator, given.artifacts.get(step.id, {}), services)
            journal = Journal(journals / fingerprint_of([], [step], self._seed, [facts, given.round]))
            self._loop.at_end.callback(journal.close)
            called = JournaledCalls(operator, journal, self._loop.halt).operator
        context = given.context(self._seed, step.id, services)
        row_step = row_step_of(step, called, params, schema, context, self._loop)
        self._loop.at_end.callback(getattr(row_step, "close", _nothing))
        return Prepared(step, operator, row_step, schema, journal)

    @contextmanager
    def rows(
        self,
        steps: Sequence[Prepared],
        batches: Iterable[pa.RecordBatch],
        given: Given,
        record: Callable[[Sequence[Prepared]], Record],
        left: Callable[[], float],
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        """Give the rows that come out of the last step; what is in flight is cancelled when the context ends early."""
        with ExitStack() as stack:
            for step in steps:
                stack.callback(getattr(step.row_step, "close", _nothing))
            rows = iter(batches)
            for _, some in groupby(enumerate(steps), key=lambda numbered: self._kind(*numbered)):
                together = [step for _, step in some]
                segment = self._segment(together, given, record(together), left)
                rows = stack.enter_context(closing(segment.rows(rows)))
            yield rows

    def _kind(self, number: int, prepared: Prepared) -> object:
        """Steps that follow each other and are of one kind run together; each model step is of a kind of its own."""
        return ("model", number) if prepared.operator.is_async else self._may_ship(prepared)

    def _may_ship(self, prepared: Prepared) -> bool:
        """Whether workers can do the step. They have no services, so an operator that may ask for one stays here."""
        operator = prepared.operator
        asks = operator.takes_context and bool(self._options.services)
        wanted = self._most_workers > 1 or self._options.cluster is not None
        return wanted and not asks and ships(self._registry, prepared.step)

    def _segment(self, steps: Sequence[Prepared], given: Given, record: Record, left: Callable[[], float]) -> Segment:
        first = steps[0]
        if first.operator.is_async:
            return ModelSegment(first.row_step, first.schema_before, record, self._loop)
        local = LocalSegment(FusedSteps([step.row_step for step in steps]), record)
        if not self._may_ship(first):
            return local
        shipped = ShippedSteps.of(self._registry, [step.step for step in steps], first.schema_before, self._seed, given)
        if self._options.cluster is not None:
            return self._options.cluster.segment(shipped, record, self._pool)
        pooled = PooledSegment(
            self._pool, shipped, record, expanding=any(step.operator.rows == "expand" for step in steps)
        )
        return pooled if self._options.workers is not None else GrowingSegment(local, pooled, left)

    @property
    def _most_workers(self) -> int:
        return cores() if self._options.workers is None else self._options.workers

    def _pool(self) -> WorkerPool:
        if self._workers is None:
            self._workers = WorkerPool(self._most_workers)
            self._loop.at_end.callback(self._workers.close)
        return self._workers


def _nothing() -> None:
    """Some steps have nothing to close."""
