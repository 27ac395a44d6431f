"""Where the graph goes next, as a table: state in, node out."""

from __future__ import annotations

import pytest

from corpusmith.agents import edges
from corpusmith.agents.state import RunState


@pytest.mark.parametrize(
    ("questions", "policy", "goes_to"),
    [(0, "fail", "freeze_contract"), (2, "fail", "clarify"), (2, "assume", "freeze_contract")],
)
def test_a_person_is_asked_only_when_the_policy_is_not_to_assume(questions: int, policy: str, goes_to: str) -> None:
    assert edges.after_draft({"open_questions": questions}, policy) == goes_to


@pytest.mark.parametrize(("problems", "goes_to"), [([], "plan"), (["contradiction"], "report")])
def test_a_contract_with_problems_goes_to_the_person(problems: list[str], goes_to: str) -> None:
    assert edges.after_freeze({"problems": problems}) == goes_to


@pytest.mark.parametrize(("gaps", "goes_to"), [(0, "code"), (1, "synthesize")])
def test_gaps_ask_for_a_new_operator(gaps: int, goes_to: str) -> None:
    assert edges.after_plan({"gaps": gaps}) == goes_to


@pytest.mark.parametrize(
    ("problems", "attempts", "goes_to"),
    [([], 1, "rehearse"), (["bad"], 1, "code"), (["bad"], edges.MAX_CODING_ATTEMPTS, "report")],
)
def test_only_a_pipeline_without_static_problems_is_rehearsed(problems: list[str], attempts: int, goes_to: str) -> None:
    assert edges.after_code({"static_problems": problems, "coding_attempts": attempts}) == goes_to


@pytest.mark.parametrize(
    ("verdict", "scope", "goes_to"),
    [
        ("verified", "sample", "approve"),
        ("partial", "sample", "approve"),
        ("failed", "sample", "diagnose"),
        ("verified", "full", "report"),
        ("partial", "full", "report"),
        ("failed", "full", "diagnose"),
    ],
)
def test_a_failure_goes_to_diagnosis_at_either_scope(verdict: str, scope: str, goes_to: str) -> None:
    state: RunState = {"verdict": verdict, "scope": scope}  # type: ignore[typeddict-item]
    assert edges.after_verify(state) == goes_to


@pytest.mark.parametrize(
    ("state", "goes_to"),
    [
        ({"repairs": 1}, "plan"),
        ({"repairs": 1, "status": "failed"}, "report"),
        ({"repairs": edges.MAX_REPAIRS + 1}, "report"),
    ],
)
def test_repairs_end_when_nothing_is_left_to_try(state: RunState, goes_to: str) -> None:
    assert edges.after_diagnose(state) == goes_to


@pytest.mark.parametrize(
    ("rehearsed", "approved", "dry_run", "goes_to"),
    [
        ("p", "p", False, "execute"),
        ("p", "p", True, "report"),
        ("q", "p", False, "report"),
        ("p", None, False, "report"),
        (None, "p", False, "report"),
    ],
)
def test_only_what_was_rehearsed_and_approved_is_executed(
    rehearsed: str | None, approved: str | None, dry_run: bool, goes_to: str
) -> None:
    state: RunState = {"pipeline_hash": "p"}
    if rehearsed:
        state["rehearsed_hash"] = rehearsed
    if approved:
        state["approved_hash"] = approved
    assert edges.after_approve(state, dry_run) == goes_to
