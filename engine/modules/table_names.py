"""The names that the tables of a trace get: a chain keeps one name, and no table is replaced that is still to be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..errors import UserError
from ..pipeline import DEFAULT_TABLE, Step
from .symbols import Dataset
from .tracing import TracedStep, distinct

_AT_THE_END = 1 << 60


class TableNames:
    """Gives each dataset its table, step by step. ``returned`` holds the outputs with the names wanted for them."""

    def __init__(
        self, steps: Sequence[TracedStep], sources: Sequence[Dataset], returned: Sequence[tuple[str | None, Dataset]]
    ) -> None:
        self._wanted = {dataset: name for name, dataset in returned if name is not None}
        self._last_use = _last_uses(steps, [dataset for _, dataset in returned])
        self._promised = {*self._wanted.values(), *(name for step in steps for name in step.into.values())}
        self._name_of: dict[Dataset, str] = {}
        self._holds: dict[str, Dataset] = {}
        for source in sources:
            self._put(source, source.source)

    def name_of(self, dataset: Dataset) -> str:
        """Return the name that a dataset was put under, whether or not it still stands there."""
        return self._name_of[dataset]

    def of(self, dataset: Dataset) -> str:
        """Return a dataset's table; raises ``UserError`` where another table was put in its place meanwhile."""
        name = self._name_of[dataset]
        if self._holds.get(name) is not dataset:
            raise UserError(
                f"The table `{name}` was replaced before all that needs it had read it.",
                f"It is {dataset!r}; then {self._holds[name]!r} was put under the same name.",
                "Give the later table another name with into=...",
            )
        return name

    def of_step(self, position: int, step: TracedStep) -> tuple[dict[str, str], dict[str, str]]:
        """Return the ``inputs`` and ``outputs`` of a step, and take note of the tables that it makes."""
        if step.call.inputs is not None:
            return self._as_written(step, step.call.inputs, step.call.outputs)
        inputs = {name: self.of(dataset) for name, dataset in step.reads.items()}
        inputs = {name: table for name, table in inputs.items() if table != name}
        bare = Step(id=step.id, operator=step.call.operator, inputs=inputs)
        made: dict[str, str] = {}
        for name, dataset in step.parts.items():
            made[name] = self._choose(position, step, name, bare.output_table(name), dataset, {*made.values()})
        for name, table in made.items():
            self._put(step.parts[name], table)
        return inputs, {name: table for name, table in made.items() if table != bare.output_table(name)}

    def _as_written(
        self, step: TracedStep, inputs: Mapping[str, str], outputs: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        written = Step(id=step.id, operator=step.call.operator, inputs=dict(inputs), outputs=dict(outputs))
        for name, dataset in step.parts.items():
            self._put(dataset, written.output_table(name))
        return written.inputs, written.outputs

    def _choose(self, position: int, step: TracedStep, part: str, usual: str, dataset: Dataset, taken: set[str]) -> str:
        wanted = step.into.get(part) or self._wanted.get(dataset)
        if wanted is not None:
            if wanted in taken or not self._is_free(wanted, position):
                raise UserError(
                    f"The result of `{step.id}` cannot be called `{wanted}`.",
                    "Another table has this name and is still to be read.",
                    "Use another name, or put the step after those that read it.",
                )
            return wanted
        if usual not in taken and self._is_free(usual, position):
            return usual
        own = step.id if part == DEFAULT_TABLE else f"{step.id}.{part}"
        return distinct(_as_table_name(own), {*self._holds, *self._promised, *taken})

    def _is_free(self, name: str, position: int) -> bool:
        held = self._holds.get(name)
        return held is None or self._last_use.get(held, -1) <= position

    def _put(self, dataset: Dataset, name: str) -> None:
        self._name_of[dataset] = name
        self._holds[name] = dataset


def _last_uses(steps: Sequence[TracedStep], returned: Sequence[Dataset]) -> dict[Dataset, int]:
    uses = {dataset: position for position, step in enumerate(steps) for dataset in step.reads.values()}
    return {**uses, **dict.fromkeys(returned, _AT_THE_END)}


def _as_table_name(text: str) -> str:
    return re.sub(r"[^\w.-]", "_", text).lstrip(".-") or "table"
