"""The static check: every problem of a pipeline at once, before a row is read or a token is spent."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from pydantic import ValidationError

from .columns import HIDDEN
from .context import SERVICES
from .errors import UserError, did_you_mean
from .identity import lock_of
from .operator import DatasetOperator, Operator, Params
from .pipeline import Pipeline, Step, explain_validation
from .registry import Registry
from .step_check import TableColumns, column_problems, columns_after, missing_column

_TABLE_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a pipeline, at a step (or at none), with what to do about it."""

    step: str | None
    message: str

    def __str__(self) -> str:
        return f"step `{self.step}`: {self.message}" if self.step else self.message


def assert_valid(pipeline: Pipeline, registry: Registry, schemas: Mapping[str, pa.Schema]) -> None:
    """Raise ``UserError`` listing every problem of the pipeline, if there is any."""
    problems = check_pipeline(pipeline, registry, schemas)
    if problems:
        listed = "; ".join(str(problem) for problem in problems)
        raise UserError(f"The pipeline `{pipeline.name}` cannot run.", listed)


def check_pipeline(
    pipeline: Pipeline, registry: Registry, schemas: Mapping[str, pa.Schema] | None = None
) -> list[Problem]:
    """Return all problems. Without ``schemas`` (one per source) only what needs no columns is checked."""
    return _Checker(pipeline, registry, schemas).run()


class _Checker:
    def __init__(self, pipeline: Pipeline, registry: Registry, schemas: Mapping[str, pa.Schema] | None) -> None:
        self._pipeline = pipeline
        self._registry = registry
        self._schemas = schemas
        self._tables: dict[str, TableColumns | None] = dict.fromkeys(pipeline.sources)
        self._makers: dict[str, Step] = {}
        """The step that made the present state of a table."""
        self._used: set[str] = set()
        """Steps of which a later step or an output uses a table."""
        self._problems: list[Problem] = []

    def run(self) -> list[Problem]:
        if self._schemas is not None:
            self._check_sources(self._schemas)
        for step_id, times in Counter(step.id for step in self._pipeline.steps).items():
            if times > 1:
                self._problems.append(Problem(step_id, "another step has the same id."))
        for step in self._pipeline.steps:
            self._check_step(step)
        self._check_outputs()
        for step in self._pipeline.steps:
            if step.id not in self._used:
                self._say(step, "nothing uses what it makes: no later step reads it, and it is no output.")
        return self._problems

    def _say(self, step: Step | None, *messages: str) -> None:
        self._problems.extend(Problem(step.id if step else None, message) for message in messages)

    def _check_sources(self, schemas: Mapping[str, pa.Schema]) -> None:
        sources = self._pipeline.sources
        for name in sources:
            if name not in schemas:
                self._say(None, f"no input is given for the source `{name}`.")
        for name, schema in schemas.items():
            if name not in sources:
                self._say(None, f"the pipeline has no source `{name}`. {did_you_mean(name, sources)}")
                continue
            self._tables[name] = TableColumns.of_schema(schema)
            for taken in HIDDEN.intersection(schema.names):
                self._say(
                    None, f"the input `{name}` has a column `{taken}`, a name that is the engine's own; rename it."
                )

    def _check_step(self, step: Step) -> None:
        if step.operator not in self._registry:
            self._say(
                step, f"there is no operator `{step.operator}`. {did_you_mean(step.operator, self._registry.names())}"
            )
            self._read(step, [step.input_table()])
            self._made(step, [step.output_table()], None)
            return
        operator = self._registry.get(step.operator)
        self._check_lock(step, operator)
        self._check_needs(step, operator)
        params = self._check_params(step, operator)
        self._check_names(step, operator)
        before = self._read(step, [step.input_table(name) for name in operator.tables_in])
        after = self._columns_after(step, operator, params, before)
        self._made(step, [step.output_table(name) for name in operator.tables_out], after)

    def _check_lock(self, step: Step, operator: Operator) -> None:
        if step.lock is not None and step.lock != lock_of(operator):
            self._say(
                step, f"`{step.operator}` has changed since the pipeline was locked; lock it again to accept that."
            )

    def _check_needs(self, step: Step, operator: Operator) -> None:
        for need in operator.needs:
            if need not in SERVICES and not _is_installed(need):
                self._say(step, f"`{step.operator}` needs the package `{need}`: pip install {need}")

    def _check_params(self, step: Step, operator: Operator) -> Params | None:
        known = operator.params.model_fields
        unknown = [name for name in step.params if name not in known]
        for name in unknown:
            self._say(step, f"`{step.operator}` has no parameter `{name}`. {did_you_mean(name, known)}")
        try:
            return operator.params.model_validate({k: v for k, v in step.params.items() if k in known})
        except ValidationError as error:
            self._say(step, f"parameters of `{step.operator}`: {explain_validation(error)}.")
            return None

    def _check_names(self, step: Step, operator: Operator) -> None:
        groups = (
            ("bind", step.bind, operator.reads, "reads"),
            ("write", step.write, operator.writes, "writes"),
            ("inputs", step.inputs, operator.tables_in, "takes the tables"),
            ("outputs", step.outputs, operator.tables_out, "gives the tables"),
        )
        for what, given, known, verb in groups:
            for name in given:
                if name not in known:
                    listed = ", ".join(f"`{k}`" for k in known) or "nothing"
                    self._say(step, f"`{what}` names `{name}`, but `{step.operator}` {verb} {listed}.")
        if step.bind and operator.form == "dataset" and issubclass(operator.implementation, DatasetOperator):
            self._say(step, f"the columns of `{step.operator}` cannot be bound; rename them in the step before.")
        for name, times in Counter(step.output_table(name) for name in operator.tables_out).items():
            if times > 1:
                self._say(step, f"two tables are put under the name `{name}`.")

    def _read(self, step: Step, tables: list[str]) -> list[TableColumns | None]:
        """What is known of the tables that a step reads; says so when there is no such table."""
        for table in tables:
            if table not in self._tables:
                self._say(step, f"there is no table `{table}` at this point. {did_you_mean(table, self._tables)}")
            if table in self._makers:
                self._used.add(self._makers[table].id)
        return [self._tables.get(table) for table in tables]

    def _columns_after(
        self, step: Step, operator: Operator, params: Params | None, before: list[TableColumns | None]
    ) -> TableColumns | None:
        known = [table for table in before if table is not None]
        if len(known) < len(before):
            return None
        self._say(step, *column_problems(step, operator, params, known))
        if params is None or len(known) > 1:
            return None
        try:
            return columns_after(step, operator, params, known[0])
        except UserError as error:
            self._say(step, str(error))
            return None

    def _made(self, step: Step, tables: list[str], columns: TableColumns | None) -> None:
        self._tables.update(dict.fromkeys(tables, columns))
        self._makers.update(dict.fromkeys(tables, step))

    def _check_outputs(self) -> None:
        names = Counter(output.table for output in self._pipeline.outputs)
        for name, times in names.items():
            if times > 1:
                self._say(None, f"the output table `{name}` is named twice.")
            if not _TABLE_NAME.fullmatch(name):
                self._say(
                    None, f"`{name}` is no name for an output table; use letters, digits, `_`, `-` and inner dots."
                )
            if name not in self._tables:
                self._say(None, f"the output table `{name}` is made by no step. {did_you_mean(name, self._tables)}")
            if name in self._makers:
                self._used.add(self._makers[name].id)
        for output in self._pipeline.outputs:
            table = self._tables.get(output.table)
            if output.split_column and table is not None and output.split_column not in table.columns:
                self._say(None, f"the split column is missing: {missing_column(output.split_column, table.columns)}")


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False
