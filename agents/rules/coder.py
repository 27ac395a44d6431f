"""The rule-based coder: from a plan to a pipeline, with columns called what they are called at each step."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from ...engine.pipeline import OutputTable, Pipeline, Step
from ...tools.contract.model import Contract
from ..brain import CodingTask
from ..plan import Intent

_RENAME = "rename_columns"
_SPLIT = "split_rows"
_SPLIT_COLUMN = "split"


def code(task: CodingTask) -> Pipeline:
    """Return the pipeline that does what the plan says."""
    intents = [intent for intent in task.plan.intents if not _is_idle(intent)]
    names = _Names(intents)
    counts: Counter[str] = Counter()
    steps = []
    for intent in intents:
        counts[intent.operator] += 1
        number = counts[intent.operator]
        steps.append(
            Step(
                id=intent.operator if number == 1 else f"{intent.operator}_{number}",
                operator=intent.operator,
                params=_params(intent, intents, names),
                bind={read: names.now(column) for read, column in intent.bind.items()},
                serves=intent.criteria,
            )
        )
        if intent.operator == _RENAME:
            names.renamed = True
    return Pipeline(name="built-from-spec", seed=task.seed, steps=steps, outputs=[_output(task.contract, intents)])


class _Names:
    """Columns before and after the renames. Criteria speak of the output's names, early steps need the input's."""

    def __init__(self, intents: list[Intent]) -> None:
        self.renamed = False
        self._before: dict[str, str] = {}
        for intent in intents:
            if intent.operator == _RENAME:
                self._before.update({new: old for old, new in intent.params["mapping"].items()})

    def now(self, column: str) -> str:
        return column if self.renamed else self._before.get(column, column)


def _is_idle(intent: Intent) -> bool:
    """Nothing can leak between splits when no split is asked for."""
    return intent.operator == _SPLIT and "fractions" not in intent.params


def _params(intent: Intent, intents: list[Intent], names: _Names) -> dict[str, Any]:
    params = dict(intent.params)
    if intent.operator == _RENAME:
        return params
    if intent.operator == "select_columns" and any(other.operator == _SPLIT for other in intents):
        return {**params, "columns": [*params["columns"], _SPLIT_COLUMN]}
    for name in ("columns", "by"):
        if isinstance(params.get(name), list):
            params[name] = [names.now(column) for column in params[name]]
    for name in ("group", "keep_equal"):
        if isinstance(params.get(name), str):
            params[name] = names.now(params[name])
    return params


def _output(contract: Contract, intents: list[Intent]) -> OutputTable:
    format_asked: Literal["parquet", "jsonl"] = next(
        (c.params["format"] for c in contract.criteria if c.check == "output_format"), "parquet"
    )
    split = next((intent for intent in intents if intent.operator == _SPLIT), None)
    if split is None:
        return OutputTable(format=format_asked)
    return OutputTable(format=format_asked, split_column=_SPLIT_COLUMN, splits=list(split.params["fractions"]))
