"""The seed of a split goes to the operator that divides the rows, and is told to the reader of the contract."""

from __future__ import annotations

from corpusmith.tools.checks.dataset.splits import Splits, SplitsParams

HALVES = {"train": 0.5, "test": 0.5}


def test_the_seed_that_was_asked_for_is_the_one_that_divides_the_rows() -> None:
    params = SplitsParams(fractions=HALVES, seed=7)
    assert [remedy.params for remedy in Splits().remedies(params, "any")] == [{"fractions": HALVES, "seed": 7}]
    assert "seed 7" in Splits().describe(params)


def test_without_a_seed_the_pipelines_own_divides_the_rows() -> None:
    params = SplitsParams(fractions=HALVES)
    assert [remedy.params for remedy in Splits().remedies(params, "any")] == [{"fractions": HALVES}]
    assert "seed" not in Splits().describe(params)
