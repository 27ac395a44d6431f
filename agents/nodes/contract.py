"""``draft_contract``, ``clarify`` and ``freeze_contract``: from sentences to frozen, hashed checks."""

from __future__ import annotations

from langgraph.types import interrupt

from ...engine.events import ContractFrozen, Question
from ...tools.checks.catalogue import describe
from ...tools.contract.feasibility import problems
from ...tools.contract.freeze import freeze
from ...tools.contract.model import Contract, Reading
from ..state import RunState
from ..workbench import Workbench


def draft_contract(state: RunState, bench: Workbench) -> RunState:
    """Have the brain read the spec."""
    reading = bench.brain.draft_contract(bench.request.spec, bench.subject(state))
    return {"reading": bench.keep(reading), "open_questions": len(reading.ambiguities)}


def clarify(state: RunState, bench: Workbench) -> RunState:
    """Wait for a person to answer what is ambiguous, and read the spec again with the answers.

    The answer is the index of an option by the id of a question. ``interrupt`` runs this again from the top on resume.
    """
    reading = bench.recall(state["reading"], Reading)
    questions = [
        Question(id=open_.id, text=open_.question, options=open_.options).line() for open_ in reading.ambiguities[:3]
    ]
    answers = interrupt({"kind": "clarify", "questions": questions})
    read_again = bench.brain.draft_contract(bench.request.spec, bench.subject(state), answers)
    return {"reading": bench.keep(read_again), "open_questions": 0}


def freeze_contract(state: RunState, bench: Workbench) -> RunState:
    """Put the reading through the gates and freeze what passes."""
    reading = bench.recall(state["reading"], Reading)
    subject = bench.subject(state)
    contract = freeze(reading, bench.request.spec, subject)
    found = [problem.message for problem in problems(contract.criteria, subject.rows, subject.columns)]
    if not any(criterion.span for criterion in contract.criteria):
        found.append("No sentence of the spec was understood as something that can be checked.")
    bench.emit(
        ContractFrozen(
            contract_hash=contract.hash,
            checks=checks_in_words(contract),
            uncovered=[piece.span.quote for piece in contract.uncovered],
            assumptions=contract.assumptions,
        )
    )
    return {"contract": bench.keep(contract), "problems": found}


def checks_in_words(contract: Contract) -> list[str]:
    """Return one plain sentence for each criterion that comes from the spec."""
    return [describe(criterion.check, criterion.params) for criterion in contract.criteria if criterion.span]
