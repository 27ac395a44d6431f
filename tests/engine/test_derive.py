"""Filters that come with a measure."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from corpusmith.engine.context import Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.derive import derive_filter
from corpusmith.engine.operator import Drop, Example, Operator, Phase


def measure(function: Any, column_values: tuple[Any, ...] = (), kind: Any = "evaluate") -> Operator:
    name = function.__name__
    rows = [{"value": value} for value in column_values]
    becomes = [{"value": value, name: value} for value in column_values]
    declare = operator(kind=kind, phase="annotate", example=Example(rows=rows, becomes=becomes))
    found: Operator = getattr(declare(function), OPERATOR_ATTRIBUTE)
    return found


def number(value: float) -> float | None:
    """The number itself."""
    return None if value == 0 else value


def label(value: str | None) -> str | None:
    """The text itself, `none` for null."""
    return "none" if value is None else value


def flag(value: bool) -> bool:
    """The flag itself."""
    return value


def with_context(value: int, *, factor: int = 2, context: Context) -> int:
    """The number times a factor and the seed."""
    return value * factor * context.seed


def decide(made: Operator, value: Any, **params: Any) -> Drop | None:
    chosen = made.params(**params).arguments()
    if made.takes_context:
        chosen["context"] = Context(seed=10)
    answer: Drop | None = made.implementation(value, **chosen)
    return answer


def filter_of(function: Any, *values: Any) -> Operator:
    made = derive_filter(measure(function, values))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("value", "params", "reason"),
    [
        (1.0, {}, None),
        (1.0, {"min": 1, "max": 1}, None),
        (0.9, {"min": 1}, "number_below_min"),
        (1.1, {"max": 1}, "number_above_max"),
        (float("nan"), {"min": 1}, "number_below_min"),
        (float("nan"), {"max": 1}, "number_above_max"),
        (0.0, {"min": -1}, "number_missing"),
        (None, {}, "number_missing"),
        (None, {"keep_missing": True, "min": 5}, None),
        (0.0, {"keep_missing": True}, None),
    ],
)
def test_numbers_are_kept_within_bounds(value: Any, params: dict[str, Any], reason: str | None) -> None:
    assert decide(filter_of(number), value, **params) == (Drop(reason) if reason else None)


@pytest.mark.parametrize(
    ("value", "params", "reason"),
    [
        ("a", {}, None),
        ("a", {"any_of": ["a"]}, None),
        ("b", {"any_of": ["a"]}, "label_not_listed"),
        ("b", {"any_of": []}, None),
        ("b", {"none_of": ["b"]}, "label_excluded"),
        (None, {"any_of": ["a"]}, "label_not_listed"),
        (None, {"any_of": ["none"]}, None),
    ],
)
def test_texts_are_kept_by_name(value: Any, params: dict[str, Any], reason: str | None) -> None:
    assert decide(filter_of(label), value, **params) == (Drop(reason) if reason else None)


def test_flags_are_kept_when_they_are_equal() -> None:
    made = filter_of(flag)
    assert [decide(made, True), decide(made, False)] == [None, Drop("flag_is_false")]
    assert [decide(made, value, equals=False) for value in (True, False)] == [Drop("flag_is_true"), None]


def test_a_filter_hands_on_parameters_and_context() -> None:
    assert decide(filter_of(with_context), 3, factor=5, max=150) is None
    assert decide(filter_of(with_context), 3, factor=5, max=149) == Drop("with_context_above_max")


def test_a_filter_has_its_traits_from_the_measure_and_a_phase_of_its_own() -> None:
    made = filter_of(number, 1.0, 2.0)
    assert (made.name, made.kind, made.rows, made.phase, made.measure) == (
        "number_filter",
        "filter",
        "filter",
        Phase.filter,
        "number",
    )
    assert (made.writes, made.reads) == ({}, {"value": "number"})
    with pytest.raises(ValidationError):
        made.params(minimum=3)


@pytest.mark.parametrize(
    ("function", "values", "params", "kept", "reasons"),
    [
        (number, (2.0, 3.0, 1.0), {"min": 2.0}, 2, ["number_below_min"]),
        (label, ("a", "b"), {"any_of": ["a"]}, 1, ["label_not_listed"]),
        (flag, (True, False), {"equals": True}, 1, ["flag_is_false"]),
        (number, (), {"min": None}, 0, []),
    ],
)
def test_the_example_follows_from_the_measures_own(
    function: Any, values: tuple[Any, ...], params: dict[str, Any], kept: int, reasons: list[str]
) -> None:
    example = filter_of(function, *values).example
    assert (example.params, len(example.becomes), example.dropped) == (params, kept, reasons)


def listed(value: list[Any]) -> list[Any]:
    """A list."""
    return value


async def waited(value: int) -> int:
    """Waits."""
    return value


def test_only_scalar_measures_have_a_filter() -> None:
    assert derive_filter(measure(listed)) is None
    assert derive_filter(measure(waited)) is None
    assert derive_filter(measure(number, kind="refine")) is None


def bounded(value: int, *, min: int = 0) -> int:
    """Has a parameter that its filter needs."""
    return value


def test_a_measure_that_takes_a_parameter_of_its_filter_is_refused() -> None:
    with pytest.raises(TypeError, match=r"`bounded` has a parameter of its filter's: \['min'\]"):
        derive_filter(measure(bounded))


def test_a_measure_whose_example_lacks_its_column_is_refused() -> None:
    made = measure(number, (1.0,))
    wrong = made.example.model_copy(update={"becomes": [{"value": 1.0}]})
    object.__setattr__(made, "example", wrong)
    with pytest.raises(TypeError, match="must give `number` for each of its rows"):
        derive_filter(made)
