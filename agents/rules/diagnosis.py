"""The rule-based diagnosis: is there a remedy that has not been tried? If not, say what failed and what removed the rows."""

from __future__ import annotations

from ...tools.checks.catalogue import describe
from ..brain import DiagnosisTask
from ..plan import Repair


def diagnose(task: DiagnosisTask) -> Repair:
    """Return the failed criteria that no step serves yet, or none and the reason to stop."""
    criteria = {criterion.id: criterion for criterion in task.contract.criteria}
    failed = [result for result in task.results if result.outcome == "failed"]
    served = {criterion for step in task.pipeline.steps for criterion in step.serves}
    untried = [r.criterion for r in failed if r.criterion not in served and r.criterion not in task.forced]
    untried = [name for name in untried if criteria[name].span is not None]
    words = "; ".join(
        f"{describe(criteria[r.criterion].check, criteria[r.criterion].params)} {r.evidence}" for r in failed
    )
    return Repair(force=untried, reason=f"Failed: {words}")
