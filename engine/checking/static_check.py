"""The static check: every problem of a pipeline at once, before a row is read or a token is spent."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from ..columns import HIDDEN
from ..context import SERVICES
from ..errors import UserError, did_you_mean
from ..identity import lock_of
from ..inline import inline_sources
from ..operator import DatasetOperator, Operator, Params
from ..pipeline import Pipeline, Step, explain_validation
from ..registry import Registry
from ..resources import resource_hash, resource_paths
from ..row_bindings import row_binding_problems
from ..writing.dataset_format import FLAT_FORMATS
from .model_check import service_problems
from .problem import Problem
from .step_check import TableColumns, column_problems, columns_after, missing_column
from .top_up_check import top_up_problems

__all__ = ["Problem", "assert_valid", "check_pipeline"]

_TABLE_NAME = re.compile(r"\w[\w.-]*")


def assert_valid(
    pipeline: Pipeline,
    registry: Registry,
    schemas: Mapping[str, pa.Schema],
    services: Mapping[str, Any] | None = None,
) -> None:
    """Raise ``UserError`` listing every problem of the pipeline, if there is any."""
    problems = check_pipeline(pipeline, registry, schemas, services)
    if problems:
        listed = "; ".join(str(problem) for problem in problems)
        raise UserError(f"The pipeline `{pipeline.name}` cannot run.", listed)


def check_pipeline(
    pipeline: Pipeline,
    registry: Registry,
    schemas: Mapping[str, pa.Schema] | None = None,
    services: Mapping[str, Any] | None = None,
) -> list[Problem]:
    """Return all problems that keep the pipeline from running.

    Without ``schemas`` (one per source whose rows the pipeline does not bring) only what needs no columns is checked;
    without ``services`` (what the run offers, see ``Context``) it is not asked whether the steps have what they need.
    """
    problems = _Checker(pipeline, registry, schemas).run()
    return problems if services is None else [*problems, *service_problems(pipeline, registry, services)]


class _Checker:
    def __init__(self, pipeline: Pipeline, registry: Registry, schemas: Mapping[str, pa.Schema] | None) -> None:
        self._pipeline = pipeline
        self._registry = registry
        self._schemas = schemas
        self._tables: dict[str, TableColumns | None] = dict.fromkeys([*pipeline.sources, *pipeline.inline])
        self._makers: dict[str, Step] = {}
        """The step that made the present state of a table."""
        self._used: set[str] = set()
        """Steps of which a later step or an output uses a table or an artifact."""
        self._artifacts: dict[str, Step] = {}
        """The step that made an artifact."""
        self._problems: list[Problem] = []

    def run(self) -> list[Problem]:
        self._check_inline()
        if self._schemas is not None:
            self._check_sources(self._schemas)
        for step_id, times in Counter(step.id for step in self._pipeline.steps).items():
            if times > 1:
                self._problems.append(Problem(step_id, "another step has the same id."))
        for step in self._pipeline.steps:
            self._check_step(step)
        self._check_outputs()
        self._check_use()
        self._problems.extend(top_up_problems(self._pipeline, self._registry))
        return self._problems

    def _check_use(self) -> None:
        for step in self._pipeline.steps:
            if step.id in self._used:
                continue
            if step in self._artifacts.values():
                self._say(step, "nothing uses the artifact that it makes.")
            else:
                self._say(step, "nothing uses what it makes: no later step reads it, and it is no output.")

    def _say(self, step: Step | None, *messages: str) -> None:
        self._problems.extend(Problem(step.id if step else None, message) for message in messages)

    def _check_inline(self) -> None:
        try:
            for name, source in inline_sources(self._pipeline).items():
                self._tables[name] = TableColumns.of_schema(source.schema)
        except UserError as error:
            self._say(None, f"rows in the pipeline: {error}")

    def _check_sources(self, schemas: Mapping[str, pa.Schema]) -> None:
        sources = self._pipeline.given_sources
        for name in sources:
            if name not in schemas:
                self._say(None, f"no input is given for the source `{name}`.")
        for name, schema in schemas.items():
            if name in self._pipeline.inline:
                self._say(
                    None, f"an input is given for the source `{name}`, and the pipeline has rows for it; keep one."
                )
                continue
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
            self._artifacts.update(dict.fromkeys(step.artifacts.values(), step))
            return
        operator = self._registry.get(step.operator)
        self._check_lock(step, operator)
        self._check_needs(step, operator)
        self._check_resources(step, operator)
        params = self._check_params(step, operator)
        self._check_names(step, operator)
        if operator.takes_row:
            self._say(step, *row_binding_problems(step, operator, params))
        before = self._read(step, [step.input_table(name) for name in operator.tables_in])
        self._use_artifacts(step, operator)
        after = self._columns_after(step, operator, params, before)
        if operator.artifacts_out:
            self._fitted(step, operator, before[0])
        else:
            self._made(step, [step.output_table(name) for name in operator.tables_out], after)

    def _use_artifacts(self, step: Step, operator: Operator) -> None:
        for name in operator.artifacts_in:
            artifact = step.artifacts.get(name, name)
            if artifact in self._artifacts:
                self._used.add(self._artifacts[artifact].id)
                continue
            later = self._maker_among(artifact, self._pipeline.steps)
            hint = f"Step `{later}` makes it later; move that one before." if later else self._artifact_hint(artifact)
            self._say(step, f"there is no artifact `{artifact}` at this point. {hint}")

    def _artifact_hint(self, artifact: str) -> str:
        return did_you_mean(artifact, self._artifacts) or "A step that fits one makes it, see its `artifacts`."

    def _maker_among(self, artifact: str, steps: list[Step]) -> str | None:
        """The first step of ``steps`` that makes an artifact."""
        for step in steps:
            if step.operator in self._registry:
                made = self._registry.get(step.operator).artifacts_out
                if artifact in [step.artifacts.get(name, name) for name in made]:
                    return step.id
        return None

    def _fitted(self, step: Step, operator: Operator, rows: TableColumns | None) -> None:
        """A step that fits passes its table on; what is used of it is the artifact."""
        self._artifacts.update({step.artifacts.get(name, name): step for name in operator.artifacts_out})
        source, target = step.input_table(operator.tables_in[0]), step.output_table(operator.tables_out[0])
        self._tables[target] = rows
        if source in self._makers:
            self._makers[target] = self._makers[source]
        else:
            self._makers.pop(target, None)

    def _check_resources(self, step: Step, operator: Operator) -> None:
        named = resource_paths(operator, step.params)
        for name, path in named.items():
            try:
                content = resource_hash(path, self._pipeline.folder)
            except UserError as error:
                self._say(step, str(error))
                continue
            if step.resources.get(name, content) != content:
                self._say(step, f"the resource `{path}` has changed since the pipeline was locked; lock it again.")
        for name in step.resources:
            if name not in named:
                self._say(step, f"`resources` names `{name}`, which names no file or folder here; lock it again.")

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
            ("artifacts", step.artifacts, (*operator.artifacts_in, *operator.artifacts_out), "has the artifacts"),
        )
        for what, given, known, verb in groups:
            for name in () if what == "bind" and operator.takes_row else given:
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
            if table is None:
                continue
            if output.split_column and output.split_column not in table.columns:
                self._say(None, f"the split column is missing: {missing_column(output.split_column, table.columns)}")
            nested = [name for name, kind in table.columns.items() if kind in ("list", "struct")]
            if nested and output.format in FLAT_FORMATS:
                self._say(
                    None, f"{output.format} cannot hold the nested column `{nested[0]}` of the output `{output.table}`."
                )


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False
