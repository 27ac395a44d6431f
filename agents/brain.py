"""What a brain must be able to do: each act is one small protocol, so that a graph may mix brains.

The rule-based brain (``rules``) implements the acts it can; model-backed roles implement the same protocols.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..engine.pipeline import Pipeline
from ..engine.registry import Registry
from ..tools.contract.model import Contract, Reading
from ..tools.contract.subject import Subject
from ..tools.verification.measure import CheckResult
from .plan import Gap, Plan, Repair


@dataclass(frozen=True)
class PlanningTask:
    """What a planner sees: the frozen contract, the input, and which criteria the input meets already."""

    contract: Contract
    subject: Subject
    met_by_input: frozenset[str]
    forced: frozenset[str]
    """Criteria whose remedy must be applied although the input seems to meet them."""
    registry: Registry


@dataclass(frozen=True)
class CodingTask:
    """What a coder sees: the plan, and the problems of its last attempt."""

    contract: Contract
    subject: Subject
    plan: Plan
    registry: Registry
    seed: int
    problems: list[str]


@dataclass(frozen=True)
class DiagnosisTask:
    """What a diagnostician sees: the failed checks, the pipeline, and what was forced before."""

    contract: Contract
    pipeline: Pipeline
    results: list[CheckResult]
    forced: frozenset[str]


class ContractDrafter(Protocol):
    """The verifier's first act."""

    def draft_contract(self, spec: str, subject: Subject, answers: Mapping[str, int] | None = None) -> Reading:
        """Return the criteria found in a spec, and every piece of it that was not understood.

        ``answers`` holds what a person chose: the index of an option by the id of an ambiguity of an earlier reading.
        """
        ...


class Planner(Protocol):
    """The planner's act."""

    def plan(self, task: PlanningTask) -> Plan:
        """Return how each criterion will be met."""
        ...


class Synthesizer(Protocol):
    """The operator-synthesizer's act."""

    def synthesize(self, gap: Gap) -> str | None:
        """Return the name of an operator made for the gap, or ``None`` when it cannot be made."""
        ...


class Coder(Protocol):
    """The coder's act."""

    def code(self, task: CodingTask) -> Pipeline:
        """Return the pipeline for a plan."""
        ...


class Diagnostician(Protocol):
    """The verifier's last act."""

    def diagnose(self, task: DiagnosisTask) -> Repair:
        """Return what to try next, or nothing to force and the reason to stop."""
        ...


class Brain(ContractDrafter, Planner, Synthesizer, Coder, Diagnostician, Protocol):
    """All acts together."""

    name: str
