"""What the catalogue says of an operator: as JSON for programs, and as the step that a person would write."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ...engine.identity import lock_of
from ...engine.operator import FittedBefore, Operator
from ...engine.resources import resource_parameters
from .operator_parameters import parameters_of, signature_of

ROWS_IN_WORDS = {
    "map": "1 row in, 1 row out",
    "filter": "1 row in, 0 or 1 out",
    "expand": "1 row in, any number out",
    "dataset": "needs all rows",
}
TABLE = "__table__"
"""In an example of several tables, the key of a row that names its table."""


def one_line(operator: Operator) -> str:
    """Return the first sentence on an operator; for a derived filter, what it measures."""
    if operator.measure is not None:
        return f"Keeps rows by `{operator.measure}`."
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", operator.summary.replace("``", "`"))[0]


def reads_of(operator: Operator) -> str:
    """Return what an operator reads, in words."""
    if operator.whole_frame:
        return "every column"
    columns = ", ".join(f"{name} ({kind})" for name, kind in operator.reads.items())
    tables = f"tables {', '.join(operator.tables_in)}" if operator.tables_in != ("rows",) else ""
    return "; ".join(part for part in (tables, columns) if part) or "the columns that its parameters name, or all"


def writes_of(operator: Operator) -> str:
    """Return what an operator writes, in words."""
    columns = ", ".join(f"{name} ({kind})" for name, kind in operator.writes.items())
    tables = f"tables {', '.join(operator.tables_out)}" if operator.tables_out != ("rows",) else ""
    made = "columns that depend on its parameters" if operator.schema_rule is not None else "no column"
    return "; ".join(part for part in (tables, columns) if part) or made


def step_of(operator: Operator) -> str:
    """Return the YAML of a step with the parameters of the example, as it stands in a pipeline, after those that it needs."""
    steps = [_fitting(name, fitted) for name, fitted in operator.example.artifacts.items()]
    step: dict[str, Any] = {"id": operator.name, "operator": operator.name}
    if operator.example.params:
        step["params"] = operator.example.params
    if operator.reads:
        step["bind"] = {name: name for name in operator.reads}
    if operator.tables_in != ("rows",):
        step["inputs"] = {name: name for name in operator.tables_in}
    text: str = yaml.safe_dump([*steps, step], sort_keys=False, allow_unicode=True, width=72)
    return text


def _fitting(artifact: str, fitted: FittedBefore) -> dict[str, Any]:
    step = {"id": f"fit_{artifact}", "operator": fitted.operator}
    return {**step, **({"params": fitted.params} if fitted.params else {}), "inputs": {"rows": f"for_{artifact}"}}


def brief(operator: Operator) -> dict[str, Any]:
    """Return an operator's line of the list as JSON."""
    return {
        "name": operator.name,
        "domain": operator.domain,
        "kind": operator.kind,
        "rows": operator.rows,
        "phase": operator.phase.name,
        "needs": list(operator.needs),
        "summary": one_line(operator),
        "source": operator.source,
    }


def full(operator: Operator) -> dict[str, Any]:
    """Return all that an operator declares as JSON."""
    return {
        **brief(operator),
        "summary": operator.summary,
        "description": operator.description,
        "signature": signature_of(operator),
        "form": operator.form,
        "reads": dict(operator.reads),
        "reads_every_column": operator.whole_frame,
        "writes": dict(operator.writes),
        "tables_in": list(operator.tables_in),
        "tables_out": list(operator.tables_out),
        "artifacts_in": list(operator.artifacts_in),
        "artifacts_out": list(operator.artifacts_out),
        "resources": resource_parameters(operator.params),
        "parameters": [{**p._asdict(), "required": p.required} for p in parameters_of(operator)],
        "deterministic": operator.deterministic,
        "version": operator.version,
        "measure": operator.measure,
        "use_for": list(operator.use_for),
        "not_for": list(operator.not_for),
        "aliases": list(operator.aliases),
        "example": operator.example.model_dump(mode="json"),
        "identity": lock_of(operator),
    }
