"""Where the graph goes next: pure functions of the state, each a row of a table in its test."""

from __future__ import annotations

from typing import Literal

from .state import RunState

MAX_CODING_ATTEMPTS = 3
MAX_REPAIRS = 8


def after_draft(state: RunState, on_ambiguity: str) -> Literal["clarify", "freeze_contract"]:
    """Ask only where an answer would change the contract and the policy is not to assume."""
    return "clarify" if state.get("open_questions", 0) and on_ambiguity == "fail" else "freeze_contract"


def after_freeze(state: RunState) -> Literal["plan", "report"]:
    """A contract that contradicts itself, cannot be met or is empty goes to the person."""
    return "report" if state.get("problems") else "plan"


def after_plan(state: RunState) -> Literal["synthesize", "code"]:
    """Gaps need a new operator."""
    return "synthesize" if state.get("gaps", 0) else "code"


def after_code(state: RunState) -> Literal["code", "rehearse", "report"]:
    """Only a pipeline without static problems is rehearsed."""
    if not state.get("static_problems"):
        return "rehearse"
    return "code" if state.get("coding_attempts", 0) < MAX_CODING_ATTEMPTS else "report"


def after_verify(state: RunState) -> Literal["approve", "diagnose", "report"]:
    """A sample that passes goes to approval, a failure to diagnosis, and the full output's verdict to the report."""
    if state.get("verdict") == "failed":
        return "diagnose"
    return "approve" if state.get("scope") == "sample" else "report"


def after_diagnose(state: RunState) -> Literal["plan", "report"]:
    """Try again only when there is something new to try and the repairs are not used up."""
    hopeless = state.get("status") is not None
    return "report" if hopeless or state.get("repairs", 0) > MAX_REPAIRS else "plan"


def after_approve(state: RunState, dry_run: bool) -> Literal["execute", "report"]:
    """What passed is what runs: only the pipeline that was rehearsed and approved is executed."""
    approved = state.get("approved_hash") == state.get("pipeline_hash") == state.get("rehearsed_hash")
    return "execute" if approved and not dry_run else "report"
