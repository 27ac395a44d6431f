from __future__ import annotations

from typing import Any

import pytest

from corpusmith.engine.derive import derive_filter
from corpusmith.engine.operator import Drop
from corpusmith.operator_library.core.values import allowed_values


@pytest.mark.parametrize(
    ("value", "values", "allowed"),
    [
        ("a", ["a", "b"], True),
        ("A", ["a"], False),
        (1, [1.0], True),
        ("1", [1], False),
        (1, [True], False),
        (True, [1], False),
        (True, [True], True),
        (None, ["a"], False),
        (None, [None], True),
        (["a"], [["a"]], True),
    ],
)
def test_a_value_is_allowed_when_the_list_holds_it_with_its_type(value: Any, values: list[Any], allowed: bool) -> None:
    assert allowed_values(value, values=values) is allowed


def test_case_is_ignored_only_when_asked_for() -> None:
    assert allowed_values("STRASSE", values=["straße"], ignore_case=True)
    assert not allowed_values("News", values=["news"])


def test_the_derived_filter_names_the_reason() -> None:
    keep = derive_filter(allowed_values.__corpusmith_operator__)  # type: ignore[attr-defined]
    assert keep is not None
    arguments = keep.params(values=["a"]).arguments()
    assert keep.implementation("a", **arguments) is None
    assert keep.implementation("b", **arguments) == Drop("allowed_values_is_false")
    assert keep.implementation(None, **arguments) == Drop("allowed_values_is_false")
