"""From the trace of a ``forward`` to the pipeline that it describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ..errors import UserError
from ..pipeline import OutputTable, Pipeline, Step, TopUp, explain_validation
from ..registry import Registry
from .symbols import Dataset
from .table_names import TableNames
from .tracing import OutputOf, Trace, TracedStep, TracedTopUp, output, returned_tables, tracing

_ArtifactNames = dict[tuple[TracedStep, str], str]


def trace_forward(
    forward: Callable[..., Any],
    tables: Sequence[str],
    keywords: Mapping[str, Any],
    names: Mapping[int, str],
    registry: Registry | None,
) -> Pipeline:
    """Call ``forward`` with a symbol for each of ``tables`` and return the pipeline.

    ``keywords`` are the pipeline's fields besides steps, top-ups and outputs; ``names`` the step ids of operators by ``id``.
    """
    going = Trace(registry, names)
    with tracing(going):
        given = returned_tables(forward(*[going.source(name) for name in tables]))
    outputs = [_output_of(name, one, going) for name, one in given]
    named = TableNames(
        going.steps, going.sources, [(one.table, one.rows) for one in outputs if isinstance(one.rows, Dataset)]
    )
    try:
        return Pipeline(
            **keywords,
            steps=_steps(going, named),
            top_ups=[_top_up(one, going, named) for one in going.top_ups],
            outputs=[_output_table(one, named) for one in outputs],
        )
    except ValidationError as error:
        raise UserError(f"`{keywords['name']}` is not a valid pipeline.", explain_validation(error)) from error


def _output_of(name: str | None, given: Any, going: Trace) -> OutputOf:
    one = given if isinstance(given, OutputOf) else output(given)
    if not (isinstance(given, OutputOf) and isinstance(one.rows, str)):
        going.own(one.rows, f"The output `{name}`" if name else "The output")
    return one._replace(table=one.table or name)


def _output_table(one: OutputOf, tables: TableNames) -> OutputTable:
    name = one.rows if isinstance(one.rows, str) else tables.of(one.rows)
    if isinstance(one.rows, Dataset) and one.table not in (None, name):
        raise UserError(
            f"The output `{one.table}` has another name: its table is `{name}`.",
            "A table has one name, and sources keep theirs.",
            f"Return it as `{name}`, or put a step between.",
        )
    said = {**one._asdict(), "splits": list(one.splits), "table": name}
    return OutputTable.model_validate({field: value for field, value in said.items() if field != "rows"})


def _top_up(one: TracedTopUp, going: Trace, tables: TableNames) -> TopUp:
    return TopUp(
        steps=[step.id for step in going.steps[one.first : one.last]],
        table=one.table if isinstance(one.table, str) else tables.name_of(one.table),
        until=one.until,
        max_rounds=one.max_rounds,
    )


def _steps(going: Trace, tables: TableNames) -> list[Step]:
    made: list[Step] = []
    artifacts: _ArtifactNames = {}
    for position, step in enumerate(going.steps):
        inputs, outputs = tables.of_step(position, step)
        made.append(_step(step, inputs, outputs, _artifacts(step, artifacts)))
    return made


def _step(step: TracedStep, inputs: dict[str, str], outputs: dict[str, str], artifacts: dict[str, str]) -> Step:
    call = step.call
    return Step(
        id=step.id,
        operator=call.operator,
        params=call.params,
        bind=step.bind,
        write=step.write,
        inputs=inputs,
        outputs=outputs,
        artifacts=artifacts,
        resources=call.resources,
        serves=call.serves,
        lock=call.lock,
    )


def _artifacts(step: TracedStep, names: _ArtifactNames) -> dict[str, str]:
    """The ``artifacts`` of a step; takes note of what it fits, with the step's id before names that are taken."""
    used = {parameter: names[artifact.made_by, artifact.name] for parameter, artifact in step.uses.items()}
    written = step.call.artifacts
    for name in dict.fromkeys([*(step.operator.artifacts_out if step.operator else ()), *step.artifacts]):
        free = written is not None or name not in names.values()
        names[step, name] = (written or {}).get(name, name if free else f"{step.id}.{name}")
        used[name] = names[step, name]
    if written is not None:
        return written
    return {name: artifact for name, artifact in used.items() if artifact != name}
