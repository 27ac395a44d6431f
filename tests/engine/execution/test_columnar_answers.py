"""The columnar twin of an operator gives exactly the answers of its value form, and the engine uses it only where it does."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpusmith.operator_library
from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.context import Context
from corpusmith.engine.execution.segments.coroutines import Coroutines
from corpusmith.engine.execution.steps.bound_calls import BoundCalls
from corpusmith.engine.operator import Drop, Operator
from corpusmith.engine.pipeline import Step
from corpusmith.engine.registry import Registry

LIBRARY = Registry()
LIBRARY.add_package(corpusmith.operator_library)
COLUMNAR = [operator for operator in LIBRARY if operator.columnar is not None]
SPACES = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
TEXTS = (
    st.text()
    | st.text(st.sampled_from(["a", "é", "\u0301", "😀", "\x00", *SPACES]))
    | st.sampled_from(["en", "de", ""])
)
COLUMNS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): TEXTS,
    pa.float64(): st.floats() | st.sampled_from([0.0, -0.0, 0.5, 1.0, math.inf, math.nan]),
    pa.int64(): st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2),
    pa.bool_(): st.booleans(),
    pa.list_(pa.string()): st.lists(TEXTS, max_size=2),
}
NUMBERS = st.none() | st.floats() | st.sampled_from([0, 0.0, 0.5, 1, math.inf])
LENGTHS = st.none() | st.integers(-1, 5) | st.just(2**70)
LISTED = st.lists(TEXTS | st.none() | st.integers(-2, 2) | st.booleans() | st.floats() | st.just("\ud800"), max_size=3)
MISSING = {"keep_missing": st.booleans()}
RANGE = {"min": NUMBERS, "max": NUMBERS, "min_exclusive": st.booleans(), "max_exclusive": st.booleans()}
ALLOWED = {"values": LISTED.filter(bool), "ignore_case": st.booleans()}
SETTINGS: dict[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "character_count": {},
    "character_count_filter": {"min": LENGTHS, "max": LENGTHS, **MISSING},
    "number_value": {},
    "number_value_filter": {"min": NUMBERS, "max": NUMBERS, **MISSING},
    "in_range": RANGE,
    "in_range_filter": {**RANGE, **MISSING, "equals": st.booleans()},
    "allowed_values": ALLOWED,
    "allowed_values_filter": {**ALLOWED, **MISSING, "equals": st.booleans()},
    "require_value": {},
}


def calls(operator: Operator, settings: Mapping[str, Any]) -> BoundCalls:
    params = operator.params.model_validate(settings)
    step = Step(id="step", operator=operator.name)
    return BoundCalls(step, operator, params, list(operator.reads), Context(), Coroutines())


def assert_twins_agree(operator: Operator, settings: Mapping[str, Any], batch: pa.RecordBatch) -> None:
    made = calls(operator, settings)
    columnar = made.columnar_answers(batch)
    if columnar is None:
        return
    expected = [one.reason if isinstance(one, Drop) else one for one in made.answers(batch)]
    assert repr(columnar.to_pylist()) == repr(expected)


def test_every_columnar_twin_is_held_to_its_value_form() -> None:
    assert {operator.name for operator in COLUMNAR} == set(SETTINGS)


@pytest.mark.parametrize("operator", COLUMNAR, ids=lambda operator: operator.name)
def test_a_twin_agrees_on_the_example(operator: Operator) -> None:
    columns = {name: [row[name] for row in operator.example.rows] for name in operator.reads}
    assert_twins_agree(operator, operator.example.params, pa.RecordBatch.from_pydict(columns))


@pytest.mark.parametrize("operator", COLUMNAR, ids=lambda operator: operator.name)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_twin_agrees_on_hostile_values_and_parameters(operator: Operator, data: st.DataObject) -> None:
    (name, declared), *_ = operator.reads.items()
    dtype = pa.string() if declared == "text" else data.draw(st.sampled_from(list(COLUMNS)))
    values = data.draw(st.lists(st.none() | COLUMNS[dtype], max_size=8))
    chosen = {key: data.draw(strategy) for key, strategy in SETTINGS[operator.name].items()}
    batch = pa.RecordBatch.from_pydict({name: pa.array(values, dtype)})
    assert_twins_agree(operator, chosen, batch.slice(data.draw(st.integers(0, 2))))


@pytest.mark.parametrize("name", ["character_count", "require_value"])
def test_a_twin_agrees_on_every_character(name: str) -> None:
    texts = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    operator = LIBRARY.get(name)
    assert_twins_agree(operator, {}, pa.RecordBatch.from_pydict({next(iter(operator.reads)): texts}))


@pytest.mark.parametrize("dtype", [pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())])
def test_the_value_form_is_asked_for_columns_of_another_type_than_declared(dtype: pa.DataType) -> None:
    batch = pa.RecordBatch.from_pydict({"text": pa.array(["a"]).cast(dtype)})
    assert calls(LIBRARY.get("character_count"), {}).columnar_answers(batch) is None


def test_the_value_form_is_asked_for_nested_values() -> None:
    operator = LIBRARY.get("character_count")
    step = Step(id="step", operator=operator.name, bind={"text": "meta.title"})
    made = BoundCalls(step, operator, operator.params(), ["meta"], Context(), Coroutines())
    batch = pa.RecordBatch.from_pydict({ROW_ID: ["a"], "meta": [{"title": "abc"}]})
    assert made.columnar_answers(batch) is None
    assert made.answers(batch) == [3]
