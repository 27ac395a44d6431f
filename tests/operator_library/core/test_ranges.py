from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.core.ranges import in_range, number_value

NUMBERS = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7.0),
        (0.5, 0.5),
        (math.inf, math.inf),
        (" 1,234.5 ", 1234.5),
        ("1e3", 1000.0),
        ("1e400", None),
        (True, None),
        (math.nan, None),
        ("many", None),
        ("", None),
        (None, None),
        ([1], None),
    ],
)
def test_numbers_stay_and_numeric_text_is_read(value: Any, number: float | None) -> None:
    assert number_value(value) == number


@given(NUMBERS, NUMBERS)
def test_a_strict_bound_leaves_out_just_the_bound_itself(value: float, bound: float) -> None:
    assert in_range(value, min=bound) is (value >= bound)
    assert in_range(value, max=bound) is (value <= bound)
    assert in_range(value, min=bound, min_exclusive=True) is (value > bound)
    assert in_range(value, max=bound, max_exclusive=True) is (value < bound)


def test_wide_integers_are_compared_exactly() -> None:
    assert in_range(2**53 + 1, min=2.0**53, min_exclusive=True)
    assert in_range("9007199254740993", min=2.0**53, min_exclusive=True)


@pytest.mark.parametrize("value", [None, "many", True, math.nan, ""])
def test_what_is_no_number_is_in_no_range(value: Any) -> None:
    assert in_range(value) is False
