"""Measures every criterion of a contract on an output; what cannot be measured is unverified and stops nothing."""

from __future__ import annotations

from ..checks.catalogue import template
from ..checks.template import Measurement
from ..checks.values import excerpt
from ..checks.view import Output
from ..contract.model import Contract, Criterion
from .request import CheckResult, Scope

__all__ = ["CheckResult", "measure_contract"]


def measure_contract(contract: Contract, output: Output, scope: Scope = "full") -> list[CheckResult]:
    """Return one result per criterion, in the contract's order.

    A check that raises is ``unverified`` with the error as its evidence, and so are checks that only the full output can
    show when ``scope`` is ``sample``.
    """
    return [_result(criterion, output, scope) for criterion in contract.criteria]


def _result(criterion: Criterion, output: Output, scope: Scope) -> CheckResult:
    try:
        check = template(criterion.check)
        if scope == "sample" and check.needs_all_rows:
            found = Measurement("unverified", "only the full output can show this")
        else:
            found = check.measure(output, check.Params.model_validate(criterion.params))
    except Exception as error:
        why = excerpt(" ".join(f"{type(error).__name__}: {error}".split()))
        found = Measurement("unverified", f"the check could not run: {why}")
    return CheckResult(
        criterion=criterion.id, outcome=found.outcome, evidence=found.evidence, failing=list(found.failing)
    )
