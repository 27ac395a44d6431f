"""What the class form of a pipeline must say: which tables flow where, and what has to be named for the same hash.

The plan is traced as its code will be; where the trace gives a step other table names than the pipeline has, the plan
says more (``into=`` first, then the names as in YAML), until both are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import UserError
from ..operator import Operator
from ..pipeline import DEFAULT_TABLE, OutputTable, Pipeline, Step, TopUp
from ..registry import Registry
from .assembly import trace_forward
from .calls import OperatorCall
from .symbols import Dataset
from .top_ups import top_up
from .tracing import OutputOf, output

NATURAL, NAMED, AS_WRITTEN = range(3)
_CALL_KEYWORDS = frozenset({"bind", "write", "into"})


@dataclass
class Line:
    """One step: the tables that it reads and makes by the operator's names, and how much has to be said of them."""

    step: Step
    operator: Operator | None
    reads: dict[str, str]
    makes: dict[str, str]
    said: int = NATURAL
    artifacts_said: bool = False

    @property
    def main(self) -> str:
        """The operator's name for the table that a call of it returns."""
        names = self.operator.tables_out if self.operator else (DEFAULT_TABLE,)
        return DEFAULT_TABLE if DEFAULT_TABLE in names else names[0]

    @property
    def into(self) -> dict[str, str]:
        """What ``into=`` says."""
        return self.step.outputs if self.said == NAMED else {}

    def call(self) -> OperatorCall:
        """Return the operator as the class form makes it."""
        step, written = self.step, self.said == AS_WRITTEN
        return OperatorCall(
            step.operator,
            id=step.id,
            params=step.params,
            bind=step.bind,
            write=step.write,
            inputs=step.inputs if written else None,
            outputs=step.outputs if written else None,
            artifacts=step.artifacts if self.artifacts_said else None,
            resources=step.resources,
            serves=step.serves,
            lock=step.lock,
        )


@dataclass
class Segment:
    """The lines of a top-up. ``takes`` and ``gives`` are the tables that go in and come out, the counted one first."""

    top_up: TopUp
    lines: list[Line]
    takes: list[str]
    gives: list[str]
    table_said: bool = False


@dataclass
class Plan:
    """The parts of ``forward`` in order."""

    pipeline: Pipeline
    parts: list[Line | Segment]
    outputs_said: set[int] = field(default_factory=set)
    """Positions of outputs that are named instead of returned as datasets."""

    @property
    def tables(self) -> list[str]:
        """What ``forward`` is given: the sources, then the tables of inline rows that are no sources."""
        sources = self.pipeline.sources
        return [*sources, *(name for name in self.pipeline.inline if name not in sources)]

    @property
    def lines(self) -> list[Line]:
        """All steps, those of segments too."""
        return [line for part in self.parts for line in (part.lines if isinstance(part, Segment) else [part])]

    @property
    def segments(self) -> list[Segment]:
        """The top-ups."""
        return [part for part in self.parts if isinstance(part, Segment)]


def plan_of(pipeline: Pipeline, registry: Registry | None) -> Plan:
    """Return the plan whose trace is ``pipeline``; raises ``UserError`` where no class can say it."""
    plan = Plan(pipeline, _parts(pipeline, registry))
    for _ in range(4 * len(pipeline.steps) + 2 * len(pipeline.outputs) + len(pipeline.top_ups) + 1):
        traced = _traced(plan, registry)
        if traced is not None and traced.hash == pipeline.hash:
            return plan
        if not _say_more(plan, traced):
            break
    raise UserError(f"The pipeline `{pipeline.name}` cannot be written as a class.", "Its steps and tables do not fit.")


def _parts(pipeline: Pipeline, registry: Registry | None) -> list[Line | Segment]:
    known = {*pipeline.sources, *pipeline.inline}
    lines: list[Line] = []
    for step in pipeline.steps:
        lines.append(_line(step, registry, known))
        known |= set(lines[-1].makes.values())
    parts: list[Line | Segment] = []
    position = 0
    for one in pipeline.top_ups:
        first = next((at for at, line in enumerate(lines) if line.step.id == one.steps[0]), -1)
        last = first + len(one.steps)
        if first < position or [line.step.id for line in lines[first:last]] != one.steps:
            raise UserError(
                "The steps of a top-up do not follow each other.", f"It names {', '.join(f'`{s}`' for s in one.steps)}."
            )
        parts += [*lines[position:first], _segment(one, lines, first, last, pipeline.outputs)]
        position = last
    return [*parts, *lines[position:]]


def _line(step: Step, registry: Registry | None, known: set[str]) -> Line:
    operator = registry.get(step.operator) if registry is not None and step.operator in registry else None
    reads = operator.tables_in if operator else tuple(step.inputs) or (DEFAULT_TABLE,)
    makes = operator.tables_out if operator else tuple(step.outputs) or (DEFAULT_TABLE,)
    given = {name: step.input_table(name) for name in reads if name not in _CALL_KEYWORDS}
    return Line(
        step,
        operator,
        {name: table for name, table in given.items() if table in known},
        {name: step.output_table(name) for name in makes},
    )


def _segment(one: TopUp, lines: Sequence[Line], first: int, last: int, outputs: Sequence[OutputTable]) -> Segment:
    inside = lines[first:last]
    takes: dict[str, None] = {}
    made: dict[str, None] = {}
    for line in inside:
        takes |= dict.fromkeys(table for table in line.reads.values() if table not in made)
        made |= dict.fromkeys(line.makes.values())
    later = {table for line in lines[last:] for table in line.reads.values()} | {each.table for each in outputs}
    gives = [table for table in made if table in later or table == one.table]
    gives.sort(key=lambda table: table != one.table)
    return Segment(one, list(inside), list(takes), gives or list(made)[-1:])


def _traced(plan: Plan, registry: Registry | None) -> Pipeline | None:
    """What the plan's code traces to; ``None`` where it cannot be traced."""
    keywords = plan.pipeline.model_dump(exclude={"steps", "top_ups", "outputs"})
    try:
        return trace_forward(lambda *given: _forward(plan, given), plan.tables, keywords, {}, registry)
    except UserError:
        return None


def _forward(plan: Plan, given: Sequence[Dataset]) -> list[Dataset | OutputOf]:
    tables = dict(zip(plan.tables, given, strict=True))
    for part in plan.parts:
        if isinstance(part, Line):
            _run(part, tables)
        else:
            _repeat(part, tables)
    return [
        output(
            each.table if at in plan.outputs_said or each.table not in tables else tables[each.table],
            **each.model_dump(exclude={"table"}),
        )
        for at, each in enumerate(plan.pipeline.outputs)
    ]


def _run(line: Line, tables: dict[str, Dataset]) -> None:
    named: dict[str, Any] = {name: tables[table] for name, table in line.reads.items()}
    made = line.call()(into=line.into or None, **named)
    for name, table in line.makes.items():
        tables[table] = made if name == line.main else made.table(name)


def _repeat(segment: Segment, tables: dict[str, Dataset]) -> None:
    def lines() -> tuple[Dataset, ...]:
        for line in segment.lines:
            _run(line, tables)
        return tuple(tables[table] for table in segment.gives)

    one = segment.top_up
    top_up(lines, until=one.until, max_rounds=one.max_rounds, table=one.table if segment.table_said else None)()


def _say_more(plan: Plan, traced: Pipeline | None) -> bool:
    """Say more where the trace differs first; everything where there is no trace. Says whether there was more to say."""
    lines = plan.lines
    if traced is None:
        return _say_all(plan)
    for line, step in zip(lines, traced.steps, strict=True):
        if line.step.artifacts != step.artifacts and not line.artifacts_said:
            line.artifacts_said = True
            return True
        if (line.step.inputs, line.step.outputs) != (step.inputs, step.outputs) and line.said < AS_WRITTEN:
            line.said += 1 if line.said == NATURAL and line.step.outputs else AS_WRITTEN - line.said
            return True
    for segment, one in zip(plan.segments, traced.top_ups, strict=True):
        if segment.top_up != one and not segment.table_said:
            segment.table_said = True
            return True
    differing = {at for at, one in enumerate(traced.outputs) if one != plan.pipeline.outputs[at]}
    if differing - plan.outputs_said:
        plan.outputs_said |= differing
        return True
    return _say_all(plan)


def _say_all(plan: Plan) -> bool:
    before = all(line.said == AS_WRITTEN and line.artifacts_said for line in plan.lines) and plan.outputs_said == set(
        range(len(plan.pipeline.outputs))
    )
    for line in plan.lines:
        line.said, line.artifacts_said = AS_WRITTEN, True
    for segment in plan.segments:
        segment.table_said = True
    plan.outputs_said = set(range(len(plan.pipeline.outputs)))
    return not before
