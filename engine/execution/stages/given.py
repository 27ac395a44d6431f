"""What the steps of a stage are given besides their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...context import Context
from ...operator import Artifact


@dataclass(frozen=True)
class Given:
    """The round of a top-up in which a stage runs, and by step the artifacts that it uses under its own names for them.

    It can be pickled, so that worker processes build the same contexts.
    """

    round: int = 1
    artifacts: Mapping[str, Mapping[str, Artifact]] = field(default_factory=dict)

    def context(self, seed: int, step: str, services: Mapping[str, Any]) -> Context:
        """Return the context of a step."""
        return Context(
            seed=seed, step=step, round=self.round, services=dict(services), artifacts=self.artifacts.get(step, {})
        )


NOTHING = Given()
