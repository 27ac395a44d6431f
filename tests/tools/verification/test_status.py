from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpusmith.tools.contract.model import Contract, Criterion, Span, Uncovered, hash_of_spec
from corpusmith.tools.verification.request import CheckResult
from corpusmith.tools.verification.status import status_of

SPAN = Span(quote="x", start=0, end=1)
HARD = Criterion(id="hard", span=SPAN, check="row_count", params={"min": 1})
SOFT = Criterion(id="soft", span=SPAN, check="row_count", params={"min": 1}, hard=False)
HOUSE = Criterion(id="house", span=None, check="provenance", params={})
GAP = [Uncovered(span=SPAN, why="nothing checks it")]


def contract(criteria: Sequence[Criterion], uncovered: Sequence[Uncovered] = ()) -> Contract:
    return Contract(spec_hash=hash_of_spec("x"), criteria=list(criteria), uncovered=list(uncovered))


def results(**outcomes: str) -> list[CheckResult]:
    return [CheckResult(criterion=name, outcome=found, evidence="") for name, found in outcomes.items()]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("criteria", "uncovered", "found", "status"),
    [
        ([HARD, HOUSE], [], {"hard": "passed", "house": "passed"}, "verified"),
        ([HARD, HOUSE], [], {"hard": "failed", "house": "passed"}, "failed"),
        ([HARD, HOUSE], [], {"hard": "passed", "house": "failed"}, "failed"),
        ([HARD, HOUSE], [], {"hard": "unverified", "house": "passed"}, "partial"),
        ([HARD, HOUSE], [], {"hard": "unverified", "house": "failed"}, "failed"),
        ([HARD, HOUSE], [], {"hard": "passed"}, "partial"),
        ([HARD, HOUSE], [], {}, "partial"),
        ([HARD, HOUSE], GAP, {"hard": "passed", "house": "passed"}, "partial"),
        ([HARD, HOUSE], GAP, {"hard": "failed", "house": "passed"}, "failed"),
        ([HARD, SOFT], [], {"hard": "passed", "soft": "failed"}, "verified"),
        ([HARD, SOFT], [], {"hard": "passed", "soft": "unverified"}, "verified"),
        ([HARD, SOFT], [], {"hard": "failed", "soft": "passed"}, "failed"),
        ([SOFT, HOUSE], [], {"soft": "passed", "house": "passed"}, "partial"),
        ([HOUSE], [], {"house": "passed"}, "partial"),
        ([HOUSE], GAP, {"house": "passed"}, "partial"),
        ([], [], {}, "partial"),
        ([HARD], [], {"hard": "passed", "of nobody": "failed"}, "verified"),
    ],
)
def test_the_status_follows_from_the_table(
    criteria: list[Criterion], uncovered: list[Uncovered], found: dict[str, str], status: str
) -> None:
    assert status_of(contract(criteria, uncovered), results(**found)) == status


def test_two_results_that_differ_are_not_passed() -> None:
    twice = [*results(hard="passed"), *results(hard="unverified")]
    assert status_of(contract([HARD]), twice) == "partial"
    assert status_of(contract([HARD]), [*twice, *results(hard="failed")]) == "failed"


def test_a_sample_is_never_verified() -> None:
    assert status_of(contract([HARD]), results(hard="passed"), "sample") == "partial"
    assert status_of(contract([HARD]), results(hard="failed"), "sample") == "failed"
