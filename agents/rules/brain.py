"""The brain that needs no model: tables beside checks and operators, and one matcher that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...engine.pipeline import Pipeline
from ...tools.contract.model import Reading
from ...tools.contract.subject import Subject
from ..brain import CodingTask, DiagnosisTask, PlanningTask
from ..plan import Gap, Plan, Repair
from . import coder, diagnosis, planner
from .reading.reader import read_spec


def _nothing_near(words: str) -> Sequence[str]:
    return ()


class RuleBrain:
    """Implements every act with rules; a gap is named, never filled."""

    name = "rules"

    def __init__(self, nearest: planner.Nearest = _nothing_near) -> None:
        self._nearest = nearest

    def draft_contract(self, spec: str, subject: Subject, answers: Mapping[str, int] | None = None) -> Reading:
        """Read the spec with the phrase tables."""
        return read_spec(spec, subject, answers)

    def plan(self, task: PlanningTask) -> Plan:
        """Choose each criterion's remedy."""
        return planner.plan(task, self._nearest)

    def synthesize(self, gap: Gap) -> str | None:
        """Rules make no operators."""
        return None

    def code(self, task: CodingTask) -> Pipeline:
        """Write the pipeline."""
        return coder.code(task)

    def diagnose(self, task: DiagnosisTask) -> Repair:
        """Look for a remedy that has not been tried."""
        return diagnosis.diagnose(task)
