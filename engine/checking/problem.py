"""What the static check has to say of a pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a pipeline, at a step (or at none), with what to do about it.

    An error keeps the pipeline from running; a warning says that it will hardly do what is meant.
    """

    step: str | None
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"step `{self.step}`: {self.message}" if self.step else self.message
