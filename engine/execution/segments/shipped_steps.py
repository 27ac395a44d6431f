"""Row-local steps as they are sent to another process: what they are, instead of the code itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ...pipeline import Step
from ...recipe import Recipe, origin_of
from ...registry import Registry
from ..stages.given import NOTHING, Given
from ..steps.outcome import RowStep
from ..steps.row_steps import row_step_of
from .coroutines import Coroutines
from .fused_steps import FusedSteps


@dataclass(frozen=True)
class ShippedSteps:
    """All that decides what steps make of a batch. It can be pickled; ``build`` makes the steps where it arrives.

    ``schema`` is that of the batches, with the hidden columns.
    """

    recipe: Recipe
    steps: tuple[Step, ...]
    schema: pa.Schema
    seed: int = 0
    given: Given = NOTHING

    @classmethod
    def of(
        cls, registry: Registry, steps: Sequence[Step], schema: pa.Schema, seed: int, given: Given = NOTHING
    ) -> ShippedSteps:
        """Return the steps ready to be sent; raises ``UserError`` for an operator that cannot be (see ``ships``)."""
        recipe = registry.recipe([step.operator for step in steps])
        return cls(recipe, tuple(steps), schema, seed, given)

    def build(self, services: Mapping[str, Any], loop: Coroutines) -> FusedSteps:
        """Return the steps; ``services`` are what their operators find in the context, ``loop`` runs asynchronous ones."""
        registry, schema, built = Registry.from_recipe(self.recipe), self.schema, list[RowStep]()
        for step in self.steps:
            operator = registry.get(step.operator)
            params = operator.params.model_validate(step.params)
            context = self.given.context(self.seed, step.id, services)
            built.append(row_step_of(step, operator, params, schema, context, loop))
            schema = built[-1].schema
        return FusedSteps(built)


def ships(registry: Registry, step: Step) -> bool:
    """Say whether another process can find the step's operator."""
    return origin_of(registry.get(step.operator)) is not None
