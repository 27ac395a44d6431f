"""A pipeline as the source of a class that people can read, change and trace again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..pipeline import OutputTable, Pipeline
from ..registry import Registry
from .calls import RESERVED
from .python_names import Identifiers, class_name, is_plain, literal
from .python_plan import AS_WRITTEN, Line, Plan, Segment, plan_of

_IMPORTED = frozenset({"Dataset", "Module", "OutputOf", "op", "output", "top_up", "self", "made"})
_MODULE_NAMES = frozenset({"forward", "pipeline", "keywords"})
_FLOW = 8
"""The indentation of a method's body."""


def to_python(pipeline: Pipeline, registry: Registry | None = None, *, why: Mapping[str, str] | None = None) -> str:
    """Return the source of a class that traces to ``pipeline``, its imports first and the class last.

    ``registry`` is that with which it will be traced; without it operators are taken to read and give what their steps
    name. ``why`` gives a comment per step id. Raises ``UserError`` for top-ups whose steps do not follow each other.
    """
    return _Writer(plan_of(pipeline, registry), why or {}).source()


def class_name_of(pipeline: Pipeline) -> str:
    """Return the name of the class that ``to_python`` writes."""
    name = class_name(pipeline.name)
    return f"{name}Pipeline" if name in _IMPORTED else name


class _Writer:
    def __init__(self, plan: Plan, why: Mapping[str, str]) -> None:
        self._plan = plan
        self._pipeline = plan.pipeline
        self._why = why
        self._tables = Identifiers(_IMPORTED)
        attributes = Identifiers(_MODULE_NAMES)
        self._attributes = [attributes.fresh(line.step.id) for line in plan.lines]
        self._attribute_of = {id(line): name for line, name in zip(plan.lines, self._attributes, strict=True)}
        self._segments = {id(segment): attributes.fresh("segment") for segment in plan.segments}

    def source(self) -> str:
        flow = [*self._forward(), *(line for segment in self._plan.segments for line in self._segment(segment))]
        body = [*self._head(), *self._init(), *flow]
        text = "\n".join(body)
        names = [name for name in ("Dataset", "Module", "OutputOf") if name in text]
        names += [name for name in ("output", "top_up") if f"{name}(" in text]
        imports = [f"from corpusmith.engine.modules import {', '.join(sorted(names, key=str.casefold))}"]
        if self._plan.lines:
            imports.append("from corpusmith.engine.modules import operators as op")
        return "\n".join([*imports, "", "", text]) + "\n"

    def _head(self) -> list[str]:
        pipeline, name = self._pipeline, class_name_of(self._pipeline)
        said: dict[str, Any] = {"name": pipeline.name} if pipeline.name != name else {}
        said |= {"seed": pipeline.seed} if pipeline.seed else {}
        said |= {"models": pipeline.models} if pipeline.models else {}
        said |= {} if self._tables_are_plain() else {"sources": pipeline.sources}
        said |= {"inline": pipeline.model_dump(mode="json")["inline"]} if pipeline.inline else {}
        keywords = "".join(f", {key}={literal(value, 4)}" for key, value in said.items())
        if len(keywords) < 90 and "\n" not in keywords:
            return [f"class {name}(Module{keywords}):"]
        return [
            f"class {name}(", "    Module,", *(f"    {key}={literal(value, 4)}," for key, value in said.items()), "):"
        ]  # fmt: skip

    def _tables_are_plain(self) -> bool:
        """Whether the names of the parameters say which tables they are, and which of them are sources."""
        tables, sources = self._plan.tables, self._pipeline.sources
        plain = len(set(tables)) == len(tables) and all(self._tables.of(name) == name for name in tables)
        return plain and not any(name in self._pipeline.inline for name in sources)

    def _init(self) -> list[str]:
        if not self._plan.lines:
            return []
        lines = ["    def __init__(self) -> None:"]
        for line in self._plan.lines:
            comment = " ".join(self._why.get(line.step.id, "").split())
            lines += [f"        # {comment if len(comment) <= 108 else comment[:105] + '...'}"] if comment else []
            lines += self._made(line)
        return [*lines, ""]

    def _made(self, line: Line) -> list[str]:
        attribute = self._attribute_of[id(line)]
        operator = line.step.operator
        maker = f"op.{operator}" if is_plain(operator) else f"op[{literal(operator)}]"
        arguments = [f"{name}={literal(value, 12)}" for name, value in self._arguments(line, attribute)]
        one_line = f"        self.{attribute} = {maker}({', '.join(arguments)})"
        if len(one_line) <= 120 and "\n" not in one_line:
            return [one_line]
        return [
            f"        self.{attribute} = {maker}(",
            *(f"            {argument}," for argument in arguments),
            "        )",
        ]

    def _arguments(self, line: Line, attribute: str) -> list[tuple[str, Any]]:
        step = line.step
        params = step.model_dump(mode="json")["params"]
        odd = {name: value for name, value in params.items() if not is_plain(name) or name in _NOT_A_KEYWORD}
        said: list[tuple[str, Any]] = [("id", step.id)] if step.id != attribute else []
        said += [(name, value) for name, value in params.items() if name not in odd]
        said += [("params", odd)] if odd else []
        said += [(name, getattr(step, name)) for name in ("bind", "write") if getattr(step, name)]
        if line.said == AS_WRITTEN:
            said += [("inputs", step.inputs), ("outputs", step.outputs)]
        said += [("artifacts", step.artifacts)] if line.artifacts_said else []
        said += [(name, getattr(step, name)) for name in ("resources", "serves", "lock") if getattr(step, name)]
        return said

    def _forward(self) -> list[str]:
        parameters = self._parameters()
        lines = [self._signature("forward", parameters, self._returns())]
        for part in self._plan.parts:
            lines += self._called(part) if isinstance(part, Line) else self._repeated(part)
        return [*lines, f"        return {self._returned()}"]

    def _parameters(self) -> list[str]:
        if self._tables_are_plain():
            return [self._tables.of(name) for name in self._plan.tables]
        seen: set[str] = set()
        names = []
        for name in reversed(self._plan.tables):  # of equal names the last one is what the tables hold
            names.append(self._tables.fresh(name) if name in seen else self._tables.of(name))
            seen.add(name)
        return names[::-1]

    def _returns(self) -> str:
        outputs = self._pipeline.outputs
        if len(outputs) != 1:
            return "list[Dataset | OutputOf]"
        return "Dataset" if self._is_plain_output(0, outputs[0]) else "OutputOf"

    def _returned(self) -> str:
        outputs = [self._output(at, one) for at, one in enumerate(self._pipeline.outputs)]
        return outputs[0] if len(outputs) == 1 else f"[{', '.join(outputs)}]"

    def _is_plain_output(self, at: int, one: OutputTable) -> bool:
        usual = OutputTable(table=one.table)
        return one == usual and not self._is_said(at, one)

    def _is_said(self, at: int, one: OutputTable) -> bool:
        made = {table for line in self._plan.lines for table in line.makes.values()}
        return at in self._plan.outputs_said or one.table not in made | set(self._plan.tables)

    def _output(self, at: int, one: OutputTable) -> str:
        rows = literal(one.table) if self._is_said(at, one) else self._tables.of(one.table)
        if self._is_plain_output(at, one):
            return rows
        usual = OutputTable().model_dump(exclude={"table"})
        said = {name: value for name, value in one.model_dump(exclude={"table"}).items() if value != usual[name]}
        return f"output({', '.join([rows, *(f'{name}={literal(value, _FLOW)}' for name, value in said.items())])})"

    def _called(self, line: Line) -> list[str]:
        call = f"self.{self._attribute_of[id(line)]}({', '.join(self._given(line))})"
        names = [self._tables.of(table) for table in line.makes.values()]
        if line.operator and len(names) > 1:
            return [f"        {', '.join(names)} = {call}"]
        if list(line.makes) == [line.main]:
            return [f"        {names[0]} = {call}"]
        parts = [f"made{'' if name == line.main else f'.table({literal(name)})'}" for name in line.makes]
        return [
            f"        made = {call}",
            *(f"        {name} = {part}" for name, part in zip(names, parts, strict=True)),
        ]

    def _given(self, line: Line) -> list[str]:
        alone = list(line.reads) == [line.operator.tables_in[0] if line.operator else "rows"]
        alone = alone and (line.operator is None or len(line.operator.tables_in) == 1)
        given = [
            variable if alone else f"{name}={variable}" if is_plain(name) else f"**{{{literal(name)}: {variable}}}"
            for name, variable in ((name, self._tables.of(table)) for name, table in line.reads.items())
        ]
        if line.into:
            given.append(f"into={literal(line.into[line.main] if list(line.into) == [line.main] else line.into)}")
        return given

    def _repeated(self, segment: Segment) -> list[str]:
        one = segment.top_up
        said = [f"self.{self._segments[id(segment)]}", f"until={one.until}"]
        said += (
            [f"max_rounds={one.max_rounds}"] if one.max_rounds != type(one).model_fields["max_rounds"].default else []
        )
        said += [f"table={literal(one.table)}"] if segment.table_said else []
        taken, given = (", ".join(self._tables.of(t) for t in tables) for tables in (segment.takes, segment.gives))
        return [f"        {given} = top_up({', '.join(said)})({taken})"]

    def _segment(self, segment: Segment) -> list[str]:
        given = [self._tables.of(table) for table in segment.gives]
        returns = "Dataset" if len(given) == 1 else "tuple[Dataset, ...]"
        takes = [self._tables.of(table) for table in segment.takes]
        lines = ["", self._signature(self._segments[id(segment)], takes, returns)]
        for line in segment.lines:
            lines += self._called(line)
        return [*lines, f"        return {', '.join(given)}"]

    def _signature(self, name: str, parameters: list[str], returns: str) -> str:
        return f"    def {name}({', '.join(['self', *(f'{each}: Dataset' for each in parameters)])}) -> {returns}:"


_NOT_A_KEYWORD = RESERVED | {"self", "operator"}
