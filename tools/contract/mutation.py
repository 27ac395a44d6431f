"""The mutation gate: a check is worth freezing only when it passes what meets it and fails what breaks it."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

from ...engine.errors import UserError
from ..checks.catalogue import template
from ..checks.template import Outcome
from ..checks.values import UnmeasurableError
from ..checks.wording import counted
from .model import Criterion


class GateResult(NamedTuple):
    """What the gate found: whether the criterion may be frozen, and why."""

    passed: bool
    conforming: Outcome
    """What the check said of an output that meets it."""
    killed: int
    """How many mutants the check failed."""
    mutants: int
    why: str


def gate(criterion: Criterion) -> GateResult:
    """Measure the criterion's check on its conforming output and on its mutants.

    Passes when the first passes and at least one mutant fails; ``why`` says how many did. A criterion whose check does not
    exist, whose parameters do not fit or for which no such outputs can be made does not pass.
    """
    try:
        return _measured(criterion)
    except ValidationError as error:
        problems = "; ".join(str(problem["msg"]).removeprefix("Value error, ") for problem in error.errors())
        return _refused(f"The parameters of `{criterion.check}` do not fit: {problems}.")
    except UserError as error:
        return _refused(str(error))
    except UnmeasurableError as error:
        return _refused(f"The check `{criterion.check}` cannot be shown to work with these parameters: {error}.")


def _measured(criterion: Criterion) -> GateResult:
    check = template(criterion.check)
    params = check.Params.model_validate(criterion.params)
    conforming = check.measure(check.conforming(params), params)
    outcomes = [check.measure(mutant, params).outcome for mutant in check.mutants(params)]
    killed = outcomes.count("failed")
    if conforming.outcome != "passed":
        why = f"The check does not pass an output made to meet it: {conforming.evidence}."
    else:
        why = f"The check fails {killed} of {counted(len(outcomes), 'output')} made to break it."
    passed = conforming.outcome == "passed" and killed > 0
    return GateResult(passed, conforming.outcome, killed, len(outcomes), why)


def _refused(why: str) -> GateResult:
    return GateResult(False, "unverified", 0, 0, why)
