"""The rule-based diagnosis: is there a remedy that has not been tried? If not, say what failed."""

from __future__ import annotations

from ...tools.checks.catalogue import describe, template
from ...tools.contract.model import Criterion
from ..brain import DiagnosisTask
from ..plan import Repair


def diagnose(task: DiagnosisTask) -> Repair:
    """Return the failed criteria for which something is left to try, or none and the reason to stop.

    Left to try is a remedy that was thought unnecessary, and an edit once more after all others: one edit can bring back
    what another took away, as joined lines can make a telephone number.
    """
    criteria = {criterion.id: criterion for criterion in task.contract.criteria}
    failed = [result for result in task.results if result.outcome == "failed"]
    served = {criterion for step in task.pipeline.steps for criterion in step.serves}
    force = [
        result.criterion
        for result in failed
        if result.criterion not in task.forced
        and criteria[result.criterion].span is not None
        and (result.criterion not in served or _is_edited(criteria[result.criterion]))
    ]
    words = "; ".join(
        f"{describe(criteria[r.criterion].check, criteria[r.criterion].params)} {r.evidence}" for r in failed
    )
    return Repair(force=force, reason=f"Failed: {words}")


def _is_edited(criterion: Criterion) -> bool:
    check = template(criterion.check)
    remedies = check.remedies(check.Params.model_validate(criterion.params), criterion.means)
    return bool(remedies) and remedies[0].how == "edit"
