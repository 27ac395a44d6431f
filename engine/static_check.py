"""The static check: every problem of a pipeline at once, before a row is read or a token is spent."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

import pyarrow as pa
from pydantic import ValidationError

from .columns import ROW_ID, ColumnMarker, Columns, accepts, columns_of_schema
from .errors import UserError, did_you_mean
from .identity import lock_of
from .nesting import ColumnPath
from .operator import Operator, Params
from .pipeline import Pipeline, Step, explain_validation
from .registry import Registry

SERVICES = frozenset({"llm", "embedding", "sandbox", "database"})


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
        self._schemas = dict(schemas or {})
        self._tables: dict[str, Columns | None] = {
            name: columns_of_schema(self._schemas[name]) if name in self._schemas else None for name in pipeline.sources
        }
        self._problems: list[Problem] = []

    def run(self) -> list[Problem]:
        if self._schemas:
            for name in self._pipeline.sources:
                if name not in self._schemas:
                    self._say(None, f"no input is given for the source `{name}`.")
        seen: set[str] = set()
        for step in self._pipeline.steps:
            if step.id in seen:
                self._say(step, "another step has the same id.")
            seen.add(step.id)
            self._check_step(step)
        self._check_outputs()
        return self._problems

    def _say(self, step: Step | None, message: str) -> None:
        self._problems.append(Problem(step.id if step else None, message))

    def _check_step(self, step: Step) -> None:
        if step.operator not in self._registry:
            self._say(
                step, f"there is no operator `{step.operator}`. {did_you_mean(step.operator, self._registry.names())}"
            )
            return
        operator = self._registry.get(step.operator)
        if step.lock is not None and step.lock != lock_of(operator):
            self._say(
                step, f"`{step.operator}` has changed since the pipeline was locked; lock it again to accept that."
            )
        self._check_needs(step, operator)
        params = self._check_params(step, operator)
        self._check_names(step, operator)
        before = self._inputs(step, operator)
        after = self._check_columns(step, operator, params, before)
        for name in operator.tables_out:
            self._tables[step.output_table(name)] = after if len(operator.tables_in) == 1 else None

    def _check_needs(self, step: Step, operator: Operator) -> None:
        for need in operator.needs:
            if need not in SERVICES and importlib.util.find_spec(need) is None:
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

    def _inputs(self, step: Step, operator: Operator) -> Columns | None:
        before: Columns | None = None
        for name in operator.tables_in:
            table = step.input_table(name)
            if table not in self._tables:
                self._say(step, f"there is no table `{table}` at this point. {did_you_mean(table, self._tables)}")
            elif before is None:
                before = self._tables[table]
        return before

    def _check_columns(
        self, step: Step, operator: Operator, params: Params | None, before: Columns | None
    ) -> Columns | None:
        if before is None:
            return None
        for name, declared in operator.reads.items():
            self._check_read(step, operator, step.bind.get(name, name), declared, before)
        for column in named_columns(params) if params is not None else ():
            if column not in before:
                self._say(step, _missing(column, before))
        if params is None:
            return None
        bound = {name: step.write.get(name, step.bind.get(name, name)) for name in operator.writes}
        nested = {name: target for name, target in bound.items() if "." in target or "[]" in target}
        return operator.columns_after(
            before, params, {**bound, **{n: t.split(".")[0].split("[")[0] for n, t in nested.items()}}
        )

    def _check_read(self, step: Step, operator: Operator, path: str, declared: Any, before: Columns) -> None:
        try:
            parsed = ColumnPath.parse(path)
        except UserError as error:
            self._say(step, str(error))
            return
        if parsed.column not in before:
            self._say(step, _missing(parsed.column, before))
            return
        if parsed.parts:
            self._check_nested(step, operator, parsed, path, declared)
        elif not accepts(declared, before[parsed.column]):
            self._say(step, f"`{step.operator}` reads {declared}, but column `{path}` holds {before[parsed.column]}.")

    def _check_nested(self, step: Step, operator: Operator, path: ColumnPath, text: str, declared: Any) -> None:
        if operator.form != "value" or operator.rows == "expand" or (path.has_lists and len(operator.reads) > 1):
            self._say(step, f"`{step.operator}` cannot be bound to the nested path `{text}`.")
            return
        schema = next(iter(self._schemas.values()), None)
        index = schema.get_field_index(path.column) if schema is not None else -1
        if schema is None or index < 0:
            return
        found = path.type_in(schema.field(index).type)
        if found is None:
            self._say(step, f"the path `{text}` leads nowhere in column `{path.column}` ({schema.field(index).type}).")
        elif not accepts(declared, found):
            self._say(step, f"`{step.operator}` reads {declared}, but `{text}` holds {found}.")

    def _check_outputs(self) -> None:
        for output in self._pipeline.outputs:
            if output.table not in self._tables:
                self._say(
                    None,
                    f"the output table `{output.table}` is made by no step. {did_you_mean(output.table, self._tables)}",
                )
                continue
            columns = self._tables[output.table]
            if output.split_column and columns is not None and output.split_column not in columns:
                self._say(None, f"the split column is missing: {_missing(output.split_column, columns)}")


def _missing(column: str, columns: Columns) -> str:
    if column == ROW_ID:
        return f"`{ROW_ID}` is the engine's own."
    listed = ", ".join(f"`{name}`" for name in columns) or "no columns at all"
    return f"column `{column}` not found (has: {listed}). {did_you_mean(column, columns)}".strip()


def named_columns(params: Params) -> Iterator[str]:
    """Yield the columns that parameters name, those annotated ``ColumnName``."""
    for name, info in type(params).model_fields.items():
        value = getattr(params, name)
        if any(isinstance(mark, ColumnMarker) for mark in info.metadata):
            yield from [value] if value is not None else []
        else:
            yield from _marked(info.annotation, value)


def _marked(annotation: Any, value: Any) -> Iterator[str]:
    """Walk an annotation such as ``list[ColumnName]`` or ``dict[ColumnName, str]`` beside its value."""
    if any(isinstance(mark, ColumnMarker) for mark in getattr(annotation, "__metadata__", ())):
        if value is not None:
            yield value
        return
    arguments = [a for a in get_args(annotation) if a is not type(None)]
    if isinstance(value, dict) and get_origin(annotation) is dict:
        for key, item in value.items():
            yield from _marked(arguments[0], key)
            yield from _marked(arguments[1], item)
    elif isinstance(value, list) and get_origin(annotation) is list:
        for item in value:
            yield from _marked(arguments[0], item)
    elif get_origin(annotation) not in (list, dict):
        for argument in arguments:
            yield from _marked(argument, value)
