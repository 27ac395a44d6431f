from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.operator import Drop
from corpusmith.operator_library.core.presence import fill_missing, require_value

VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@pytest.mark.parametrize("value", [None, "", " \t\n\u2003", [], float("nan")])
def test_a_missing_value_drops_the_row(value: Any) -> None:
    assert require_value(value) == Drop("missing_value")


@pytest.mark.parametrize("value", ["a", 0, 0.0, False, [None], {"a": None}, float("inf")])
def test_zero_false_and_lists_with_an_element_are_values(value: Any) -> None:
    assert require_value(value) is None


@given(VALUES)
def test_after_filling_no_row_misses_a_value_and_others_are_untouched(value: Any) -> None:
    filled = fill_missing(value, with_value="unknown")
    assert require_value(filled) is None
    assert filled == ("unknown" if require_value(value) else value)


@pytest.mark.parametrize("default", [0, 0.5, True, "0"])
def test_the_filled_value_keeps_its_type(default: Any) -> None:
    params = fill_missing.__corpusmith_operator__.params(with_value=default)  # type: ignore[attr-defined]
    assert type(params.with_value) is type(default)
    assert fill_missing(None, with_value=params.with_value) is params.with_value
