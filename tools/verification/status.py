"""The status that follows from what the checks found: a table, and nothing else decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..contract.model import Contract
from .request import CheckResult, Scope

VerifiedStatus: TypeAlias = Literal["verified", "partial", "failed"]


def status_of(contract: Contract, results: Sequence[CheckResult], scope: Scope = "full") -> VerifiedStatus:
    """Return ``failed`` when a hard check failed, ``verified`` when all passed and cover the spec, else ``partial``.

    ``verified`` needs the full output, a passed result for every hard criterion, at least one of them from the spec, and no
    piece of the spec that no check covers. A criterion without a result, or with two that differ, has not passed.
    """
    hard = [criterion for criterion in contract.criteria if criterion.hard]
    outcomes = {one.id: {result.outcome for result in results if result.criterion == one.id} for one in hard}
    if any("failed" in found for found in outcomes.values()):
        return "failed"
    all_passed = all(found == {"passed"} for found in outcomes.values())
    covers = not contract.uncovered and any(criterion.span for criterion in hard)
    return "verified" if all_passed and covers and scope == "full" else "partial"
