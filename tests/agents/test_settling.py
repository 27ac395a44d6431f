"""Which status a run ends with."""

from __future__ import annotations

import pytest

from corpusmith.agents.nodes.report import settle
from corpusmith.agents.results import worst
from corpusmith.agents.state import RunState


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ({"verdict": "verified", "scope": "full", "executed": True}, "verified"),
        ({"verdict": "verified", "scope": "sample"}, "partial"),
        ({"verdict": "verified", "scope": "sample", "executed": True}, "partial"),
        ({"verdict": "partial", "scope": "full", "executed": True}, "partial"),
        ({"verdict": "failed", "scope": "full", "executed": True}, "failed"),
        ({"problems": ["contradiction"], "verdict": "verified"}, "needs_input"),
        ({"static_problems": ["bad"]}, "failed"),
        ({"status": "cancelled", "verdict": "verified", "scope": "full", "executed": True}, "cancelled"),
        ({}, "partial"),
    ],
)
def test_verified_is_said_only_of_a_full_output_whose_checks_passed(state: RunState, status: str) -> None:
    assert settle(state)[0] == status


@pytest.mark.parametrize(("is_covered", "status"), [(True, "rehearsed"), (False, "partial")])
def test_a_dry_run_ends_rehearsed_and_never_verified(is_covered: bool, status: str) -> None:
    state: RunState = {"verdict": "partial", "scope": "sample", "rehearsed_hash": "p", "sample_kept": (3, 4)}
    settled, reason = settle(state, dry_run=True, is_covered=is_covered)
    assert settled == status
    assert "3 of 4" in reason


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([0, 0], 0), ([0, 4], 4), ([4, 3], 3), ([3, 6], 6), ([5, 2], 2), ([2, 7], 7), ([7, 1], 1), ([], 0)],
)
def test_several_runs_end_with_the_worst_code(codes: list[int], expected: int) -> None:
    assert worst(codes) == expected
