"""The executor: runs a pipeline stage by stage, each atomic and named by what decides it.

Row-local steps that follow each other on one table are fused and streamed; a dataset step, a branch or the end of the
pipeline closes a stage. A stage that is already there is not run again, so the same command continues a killed run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..checking.static_check import assert_valid
from ..checking.step_check import assert_step_fits
from ..disk_errors import working_in
from ..events import EventSink, StepStarted, Warned, discard
from ..inline import inline_sources
from ..operator import Artifact, Operator
from ..pipeline import Pipeline, Step, TopUp
from ..reading import Source
from ..registry import Registry
from ..resources import with_located_resources
from .execution import Execution, ExecutionOptions
from .ledger import TopUpLedger
from .lineage import origins_of
from .segments.coroutines import Coroutines
from .stages.given import Given
from .stages.pending import Part, Pending
from .stages.rows_in_turn import concatenated, first_rows
from .stages.spill import SpilledTable
from .stages.stage import Stage, fingerprint_of
from .stages.stage_book import StageBook
from .stages.stage_facts import facts_of
from .stages.stage_runner import SourceTable, StageRunner
from .stages.topping_up import is_over, shortfall
from .stages.work_folder import working
from .steps.fitting import fit_artifact

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

    ``sources`` leaves out those whose rows the pipeline brings itself. Stages in ``work`` that the finished run did not
    use are removed. Raises ``UserError`` for a pipeline that fails the static check, for too many quarantined rows and
    for a full disk.
    """
    chosen = options or ExecutionOptions()
    schemas = {name: source.schema for name, source in sources.items()}
    assert_valid(pipeline, registry, schemas, chosen.services)
    everything = {**sources, **inline_sources(pipeline)}
    with working_in(work), _place_kept(), working(work.absolute()) as folder, Coroutines() as loop:
        order = [name for step in pipeline.steps for name in (step.id, *_surplus_after(pipeline, step))]
        book = StageBook(folder.stages, order, everything, emit, chosen)
        runner = StageRunner(registry, pipeline.seed, emit, chosen, loop)
        execution = _Run(pipeline.locked(registry), everything, registry, book, runner, emit, chosen).execute()
        folder.remove_all_but(book.used)
        return execution


@contextmanager
def _place_kept() -> Iterator[None]:
    """Come back to the working directory, which operators may change: the caller's paths count from there."""
    place = Path.cwd()
    try:
        yield
    finally:
        os.chdir(place)


def _surplus_after(pipeline: Pipeline, step: Step) -> Iterator[str]:
    return (top_up.surplus_step for top_up in pipeline.top_ups if top_up.steps[-1] == step.id)


class _Run:
    def __init__(
        self,
        pipeline: Pipeline,
        sources: Mapping[str, Source],
        registry: Registry,
        book: StageBook,
        runner: StageRunner,
        emit: EventSink,
        options: ExecutionOptions,
    ) -> None:
        self._pipeline = pipeline
        self._sources = sources
        self._registry = registry
        self._book = book
        self._runner = runner
        self._emit = emit
        self._options = options
        alone = len(sources) == 1
        self._tables = {name: Pending.of(SourceTable(name, source, alone)) for name, source in sources.items()}
        self._artifacts: dict[str, Artifact] = {}

    def execute(self) -> Execution:
        top_ups = {top_up.steps[0]: top_up for top_up in self._pipeline.top_ups}
        repeated = {step for top_up in top_ups.values() for step in top_up.steps}
        for step in self._pipeline.steps:
            if step.id in top_ups:
                self._top_up(top_ups[step.id])
            elif step.id not in repeated:
                self._add(step)
        tables = {output.table: self._on_disk(output.table) for output in self._pipeline.outputs}
        return Execution(self._book.stages, tables, self._book.ledger(), self._sources)

    def _add(self, step: Step) -> None:
        operator = self._registry.get(step.operator)
        if operator.form != "dataset":
            self._add_row_step(step)
        elif operator.artifacts_out:
            self._fit(step, operator)
        else:
            self._run_dataset_step(step, operator)

    def _add_row_step(self, step: Step) -> None:
        name = step.input_table()
        if step.output_table() != name and self._is_read_again(name, step):
            self._settle(name)
        self._tables[step.output_table()] = self._tables[name].then(step)
        if self._options.snapshots:
            self._settle(step.output_table())

    def _is_read_again(self, name: str, after: Step) -> bool:
        """Whether a later step or an output reads this table before another step replaces it."""
        for step in self._pipeline.steps[self._pipeline.steps.index(after) + 1 :]:
            operator = self._registry.get(step.operator)
            if name in [step.input_table(table) for table in operator.tables_in]:
                return True
            if name in [step.output_table(table) for table in operator.tables_out]:
                return False
        return any(output.table == name for output in self._pipeline.outputs)

    def _settle(self, name: str) -> list[SpilledTable]:
        """Run what is pending for a table and return the rows of its parts."""
        parts = [self._run_part(part) for part in self._tables[name].parts]
        rounds = [part.round for part in self._tables[name].parts]
        self._tables[name] = Pending(tuple(Part(part, (), n) for part, n in zip(parts, rounds, strict=True)))
        return parts

    def _run_part(self, part: Part) -> SpilledTable:
        if isinstance(part.base, SpilledTable) and not part.steps:
            return part.base
        given = Given(part.round, {step.id: self._artifacts_of(step) for step in part.steps})
        located = [self._located(step) for step in part.steps]
        stage = self._book.take(
            self._fingerprint([part.base.fingerprint], part.steps, given),
            lambda folder: self._runner.stream(part.base, located, folder, given),
        )
        return stage.table("rows")

    def _on_disk(self, name: str) -> SpilledTable:
        """Run what is pending for a table and return its rows as one table."""
        parts = self._settle(name)
        if len(parts) == 1:
            return parts[0]
        fingerprint = fingerprint_of([part.fingerprint for part in parts], [], self._pipeline.seed, "concatenated")
        stage = self._book.take(fingerprint, lambda folder: concatenated(parts, folder))
        self._tables[name] = Pending.of(stage.table("rows"))
        return stage.table("rows")

    def _run_dataset_step(self, step: Step, operator: Operator) -> None:
        tables = {name: self._on_disk(step.input_table(name)) for name in operator.tables_in}
        given = Given(artifacts={step.id: self._artifacts_of(step)})
        stage = self._book.take(
            self._fingerprint([table.fingerprint for table in tables.values()], [step], given),
            lambda folder: self._runner.see_all_rows(self._located(step), tables, folder, given),
        )
        for name in operator.tables_out:
            self._tables[step.output_table(name)] = Pending.of(stage.table(name))

    def _fit(self, step: Step, operator: Operator) -> None:
        table = self._on_disk(step.input_table(operator.tables_in[0]))
        given = Given(artifacts={step.id: self._artifacts_of(step)})
        stage = self._book.take(
            self._fingerprint([table.fingerprint], [step], given),
            lambda folder: self._fitted(self._located(step), operator, table, given, folder),
        )
        (name,) = operator.artifacts_out
        self._artifacts[step.artifacts.get(name, name)] = stage.artifact
        self._tables[step.output_table(operator.tables_out[0])] = Pending.of(table)

    def _fitted(self, step: Step, operator: Operator, table: SpilledTable, given: Given, folder: Path) -> Stage:
        params = operator.params.model_validate(step.params)
        assert_step_fits(step, operator, params, [table.full_schema])
        self._emit(StepStarted(step=step.id, operator=step.operator))
        context = given.context(self._pipeline.seed, step.id, self._options.services)
        return fit_artifact(step, operator, params, table, context, folder)

    def _top_up(self, top_up: TopUp) -> None:
        """Repeat a segment over one more copy of its input until enough rows pass, then keep as many as were asked for."""
        steps = [step for step in self._pipeline.steps if step.id in top_up.steps]
        first = self._registry.get(steps[0].operator)
        copied = {steps[0].input_table(name) for name in first.tables_in}
        for name in copied:
            if self._tables[name].parts[0].steps:
                self._settle(name)
        before, artifacts, mark = dict(self._tables), dict(self._artifacts), self._book.mark()
        passed: list[int] = []
        while not passed or not is_over(top_up, passed):
            self._book.go_back_to(mark)
            self._artifacts = dict(artifacts)
            rounds = len(passed) + 1
            self._tables = {**before, **{name: before[name].in_rounds(rounds) for name in copied}}
            for step in steps:
                self._add(step)
            passed.append(sum(part.num_rows for part in self._settle(top_up.table)))
        self._keep_enough(top_up, passed)
        made = {step.output_table(n) for step in steps for n in self._registry.get(step.operator).tables_out}
        self._tables.update({name: before[name] for name in copied - made})
        for name in sorted(made):
            if self._is_read_again(name, steps[-1]):
                self._on_disk(name)

    def _keep_enough(self, top_up: TopUp, passed: list[int]) -> None:
        parts, step = self._settle(top_up.table), top_up.surplus_step
        facts = [step, top_up.until]
        stage = self._book.take(
            fingerprint_of([part.fingerprint for part in parts], [], self._pipeline.seed, facts),
            lambda folder: first_rows(parts, top_up.until, step, folder),
        )
        self._tables[top_up.table] = Pending.of(stage.table("rows"))
        self._book.top_ups.append(TopUpLedger(top_up.steps, top_up.table, top_up.until, passed))
        short = shortfall(top_up, passed)
        if short is not None:
            self._emit(Warned(message=short))

    def _artifacts_of(self, step: Step) -> dict[str, Artifact]:
        """The artifacts that a step uses, by the names that its operator has for them."""
        operator = self._registry.get(step.operator)
        return {name: self._artifacts[step.artifacts.get(name, name)] for name in operator.artifacts_in}

    def _located(self, step: Step) -> Step:
        """The step with the paths of its resources as they can be opened from anywhere."""
        operator = self._registry.get(step.operator)
        params = with_located_resources(operator, step.params, self._pipeline.folder)
        return step.model_copy(update={"params": params})

    def _fingerprint(self, bases: list[str], steps: Sequence[Step], given: Given) -> str:
        facts = [
            facts_of(step, self._registry.get(step.operator), given.artifacts[step.id], self._options.services)
            for step in steps
        ]
        return fingerprint_of(bases, steps, self._pipeline.seed, [given.round, facts])
