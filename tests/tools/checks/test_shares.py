from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpusmith.tools.checks.shares import share_samples, share_within, shares_outside
from corpusmith.tools.checks.values import UnmeasurableError

shares = st.none() | st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0])


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 100))
def test_percentages_are_exact_whatever_floats_make_of_them(part: int, whole: int, percents: int) -> None:
    assume(part <= whole)
    assert share_within(part, whole, percents / 100, None) is (100 * part >= percents * whole)
    assert share_within(part, whole, None, percents / 100) is (100 * part <= percents * whole)
    assert share_within(part, whole, 1 - (100 - percents) / 100, None) is (100 * part >= percents * whole)


@given(shares, shares)
def test_samples_lie_within_the_bounds_and_mutants_outside(low: float | None, high: float | None) -> None:
    assume((low or 0) <= (1 if high is None else high))
    try:
        part, whole = share_samples(low, high)
    except UnmeasurableError:
        assert low is not None and high is not None and high - low < 0.002
        return
    assert 0 <= part <= whole
    assert share_within(part, whole, low, high)
    for outside in shares_outside(low, high, whole):
        assert 0 <= outside <= whole
        assert not share_within(outside, whole, low, high)


def test_one_row_too_many_breaks_a_bound_of_one_percent() -> None:
    assert share_within(99, 100, 1 - 0.01, None)
    assert not share_within(98, 100, 1 - 0.01, None)
    assert share_within(42, 100, 1 - 0.58, None)


def test_bounds_that_no_small_table_meets_have_no_sample() -> None:
    with pytest.raises(UnmeasurableError):
        share_samples(0.7182815, 0.7182816)
