from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpusmith.tools.checks.memory_output import MemoryOutput, output_of
from corpusmith.tools.verification.measure import measure_contract

from .conftest import contract_of

CONTRACT = contract_of(
    ("row_count", {"min": 1}),
    ("nonsense", {}),
    ("row_count", {"min": "many"}),
    ("provenance", {}),
    ("every_row", {"rule": "length", "params": {"column": "n", "unit": "words", "min": 1}}),
    ("sorted_rows", {"by": ["tags"]}),
    ("every_row", {"rule": "not_empty", "params": {"column": "n"}}),
)


class BrokenOrigins(MemoryOutput):
    @property
    def origins(self) -> Sequence[Sequence[int]]:
        raise OSError("the disk is gone\nand more")

    @origins.setter
    def origins(self, value: Sequence[Sequence[int]]) -> None:
        pass


def test_a_check_that_cannot_run_is_unverified_and_stops_no_other() -> None:
    output = BrokenOrigins({"train": {"n": [1, 2], "tags": [["a"], ["b"]]}})
    results = measure_contract(CONTRACT, output)
    assert [result.outcome for result in results] == [
        "passed",
        "unverified",
        "unverified",
        "unverified",
        "unverified",
        "unverified",
        "passed",
    ]
    evidence = [result.evidence for result in results]
    assert "There is no check `nonsense`" in evidence[1]
    assert evidence[3] == "the check could not run: OSError: the disk is gone and more"
    assert evidence[4] == "row 1 of `n`: a value is no text but an integer"
    assert "lists and structs have no order" in evidence[5]


@pytest.mark.parametrize(
    ("check", "params"),
    [
        ("row_count", {"min": 1}),
        ("kept_share", {"min": 0.5}),
        ("sample", {"count": 2}),
        ("share_of_rows", {"rule": "not_empty", "params": {"column": "n"}, "min_share": 0.5}),
    ],
)
def test_numbers_and_shares_of_rows_are_not_judged_on_a_sample(check: str, params: dict[str, object]) -> None:
    output = output_of({"n": [1, 2]}, source={"n": [1, 2, 3]}, origins=[(0,), (2,)])
    contract = contract_of((check, params))
    assert measure_contract(contract, output)[0].outcome == "passed"
    sampled = measure_contract(contract, output, "sample")[0]
    assert (sampled.outcome, sampled.evidence) == ("unverified", "only the full output can show this")


def test_checks_of_rows_are_judged_on_a_sample() -> None:
    contract = contract_of(("every_row", {"rule": "not_empty", "params": {"column": "n"}}))
    assert measure_contract(contract, output_of({"n": [1, None]}), "sample")[0].outcome == "failed"
