"""What single checks say about outputs that are neither their conforming sample nor a mutant."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.tools.checks.catalogue import template
from corpusmith.tools.checks.memory_output import MemoryOutput, output_of
from corpusmith.tools.checks.row_views import NumberedRows
from corpusmith.tools.checks.template import Measurement
from corpusmith.tools.checks.view import Output


def measured(check: str, params: Mapping[str, Any], output: Output) -> Measurement:
    named = template(check)
    return named.measure(output, named.Params.model_validate(dict(params)))


def words(minimum: int) -> dict[str, Any]:
    return {"rule": "length", "params": {"column": "text", "unit": "words", "min": minimum}}


def test_evidence_has_the_numbers_and_the_first_failing_row() -> None:
    output = output_of({"text": ["one two three"] * 5_211 + ["one\x07 word"] * 2 + [None]})
    found = measured("every_row", words(3), output)
    assert found.outcome == "failed"
    assert found.evidence == "3 of 5,214 rows break it; 1 row without a value; broken by e.g. row 5,212: one\\x07 word"
    assert found.failing == ["row 5,212: one\\x07 word", "row 5,213: one\\x07 word", "row 5,214: null"]


def test_at_most_ten_failing_rows_are_shown() -> None:
    assert len(measured("every_row", words(3), output_of({"text": ["a"] * 50})).failing) == 10


def test_a_share_says_for_how_many_rows_the_rule_holds() -> None:
    output = output_of({"text": ["one two three"] * 97 + ["one"] * 3})
    found = measured("share_of_rows", {**words(3), "min_share": 0.97}, output)
    assert found == ("passed", "it holds for 97 of 100 rows (97 %); broken by e.g. row 98: one", ())
    assert measured("share_of_rows", {**words(3), "min_share": 0.971}, output).outcome == "failed"


def test_a_value_that_is_no_text_leaves_a_length_unverified() -> None:
    found = measured("every_row", words(1), output_of({"text": [["a list"]]}))
    assert found == ("unverified", "row 1 of `text`: a value is no text but a list", ())


def test_personal_data_inside_lists_and_structs_is_found_and_masked() -> None:
    output = output_of({"text": [[{"content": "mail ann@example.org"}]]})
    found = measured("every_row", {"rule": "no_personal_data", "params": {"column": "text"}}, output)
    assert found.outcome == "failed"
    assert "ann@" not in found.evidence + "".join(found.failing)


@pytest.mark.parametrize(
    ("rule", "params", "outcome"),
    [
        ("length", {"unit": "words", "max": 5}, "passed"),
        ("length", {"unit": "words", "min": 1}, "failed"),
        ("language", {"any_of": ["en"]}, "failed"),
        ("language", {"none_of": ["en"]}, "passed"),
        ("no_personal_data", {}, "passed"),
        ("clean_text", {"of": "html"}, "passed"),
        ("no_banned_terms", {"terms": ["x"]}, "passed"),
        ("mentions", {"terms": ["x"]}, "failed"),
        ("letter_case", {"case": "lower"}, "passed"),
        ("value_type", {"type": "integer"}, "passed"),
        ("not_empty", {}, "failed"),
        ("number_range", {"min": 0}, "failed"),
        ("allowed_values", {"values": ["a"]}, "failed"),
        ("allowed_values", {"values": ["a"], "negate": True}, "passed"),
        ("pattern", {"pattern": "a"}, "failed"),
        ("pattern", {"pattern": "a", "negate": True}, "passed"),
    ],
)
def test_a_missing_value_breaks_what_asks_for_something_and_keeps_what_forbids(
    rule: str, params: dict[str, Any], outcome: str
) -> None:
    output = output_of({"text": pa.array([None], pa.string())})
    assert measured("every_row", {"rule": rule, "params": {"column": "text", **params}}, output).outcome == outcome


def test_an_integer_is_never_taken_for_its_text() -> None:
    numbers = output_of({"label": [1, 2]})
    as_text = {"rule": "allowed_values", "params": {"column": "label", "values": ["1", "2"]}}
    as_numbers = {"rule": "allowed_values", "params": {"column": "label", "values": [1, 2]}}
    assert measured("every_row", as_text, numbers).outcome == "failed"
    assert measured("every_row", as_numbers, numbers).outcome == "passed"


@pytest.mark.parametrize(
    ("values", "descending", "outcome"),
    [
        ([1.0, 2.0, math.nan, None], False, "passed"),
        ([2.0, 1.0, math.nan, None], True, "passed"),
        ([None, 1.0], False, "failed"),
        ([math.nan, 1.0], True, "failed"),
        ([1.0, 1.0, 1.0], False, "passed"),
        (["B", "a", "ä"], False, "passed"),
        (["a", "B"], False, "failed"),
        ([False, True], False, "passed"),
    ],
)
def test_order_is_by_code_point_and_missing_values_come_last(values: list[Any], descending: bool, outcome: str) -> None:
    params = {"by": ["key"], "descending": descending}
    assert measured("sorted_rows", params, output_of({"key": values})).outcome == outcome


def test_each_split_has_an_order_of_its_own() -> None:
    output = MemoryOutput({"train": {"key": [1, 5]}, "test": {"key": [2, 3]}})
    assert measured("sorted_rows", {"by": ["key"]}, output).outcome == "passed"


def test_no_split_that_should_have_a_row_is_empty_even_within_the_tolerance() -> None:
    fractions = {"fractions": {"train": 0.99, "test": 0.01}}
    sizes = MemoryOutput({"train": NumberedRows(100), "test": NumberedRows(0)})
    assert measured("splits", fractions, sizes).outcome == "failed"
    tiny = MemoryOutput({"train": NumberedRows(3)})
    assert measured("splits", fractions, tiny).outcome == "passed"


def test_leakage_needs_two_splits_and_ignores_missing_values() -> None:
    one = MemoryOutput({"train": {"text": ["a"]}})
    assert measured("no_leakage", {"column": "text"}, one).outcome == "unverified"
    nulls = MemoryOutput({"train": {"by": ["a", None]}, "test": {"by": [None, "b"]}})
    assert measured("no_leakage", {"group": "by"}, nulls).outcome == "passed"
    case = MemoryOutput({"train": {"by": ["a"]}, "test": {"by": ["A"]}})
    assert measured("no_leakage", {"group": "by"}, case).outcome == "passed"
    assert measured("no_leakage", {"column": "by"}, case).outcome == "failed"


def test_leakage_between_an_empty_split_and_another_is_none() -> None:
    output = MemoryOutput({"train": {"by": pa.array([], pa.string())}, "test": {"by": ["a"]}})
    assert measured("no_leakage", {"group": "by"}, output).outcome == "passed"


def test_the_first_rows_are_hardly_a_random_sample() -> None:
    output = MemoryOutput({"train": NumberedRows(100)}, source=NumberedRows(1_000))
    found = measured("sample", {"count": 100}, output)
    assert found.outcome == "unverified"
    assert "the input's first 100 rows" in found.evidence


def test_a_fraction_of_what_other_steps_left_is_neither_right_nor_wrong() -> None:
    origins = [(position,) for position in range(900, 930)]
    output = MemoryOutput({"train": NumberedRows(30)}, source=NumberedRows(1_000), origins=origins)
    assert measured("sample", {"fraction": 0.1}, output).outcome == "unverified"
    assert measured("sample", {"fraction": 0.03}, output).outcome == "passed"
    assert measured("sample", {"fraction": 0.02}, output).outcome == "failed"


def test_a_whole_input_may_be_its_own_sample() -> None:
    output = MemoryOutput({"train": NumberedRows(50)}, source=NumberedRows(50))
    assert measured("sample", {"count": 50}, output).outcome == "passed"


def test_a_row_of_several_origins_is_untouched_when_it_equals_one_of_them() -> None:
    source = {"id": ["a", "b", "c"]}
    params = {"columns": ["id"]}
    both = output_of({"id": ["b"]}, source=source, origins=[(0, 1)])
    neither = output_of({"id": ["c"]}, source=source, origins=[(0, 1)])
    assert measured("untouched_columns", params, both).outcome == "passed"
    assert measured("untouched_columns", params, neither).outcome == "failed"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["007"], [7]),
        ([1], [1.0]),
        ([True], [1]),
        ([None, "a"], ["", "a"]),
        ([["a", "b"]], [["b", "a"]]),
        ([{"a": 1}], [{"a": 2}]),
        (["é"], ["e\u0301"]),
        ([0.1], [0.1 + 1e-16]),
    ],
)
def test_values_that_only_look_alike_are_changed(before: list[Any], after: list[Any]) -> None:
    for formats in ({"parquet"}, {"jsonl"}):
        output = output_of({"v": after}, source={"v": before}, formats=formats)
        assert measured("untouched_columns", {"columns": ["v"]}, output).outcome == "failed"


def test_a_time_that_became_text_is_touched_in_parquet_and_natural_in_json_lines() -> None:
    source = {"when": pa.array([0], pa.timestamp("s"))}
    for formats, outcome in (({"parquet"}, "failed"), ({"jsonl"}, "passed")):
        output = output_of({"when": ["1970-01-01T00:00:00"]}, source=source, formats=formats)
        assert measured("untouched_columns", {"columns": ["when"]}, output).outcome == outcome


def test_null_that_became_not_a_number_is_touched_in_parquet() -> None:
    numbers = pa.array([1.5, math.nan], pa.float64())
    for before, outcome in ((numbers, "passed"), (pa.array([1.5, None], pa.float64()), "failed")):
        output = output_of({"v": numbers}, source={"v": before})
        assert measured("untouched_columns", {"columns": ["v"]}, output).outcome == outcome


def test_types_inside_lists_and_structs_count_too() -> None:
    times = pa.array([[{"at": 0}]], pa.list_(pa.struct([("at", pa.timestamp("s"))])))
    texts = [[{"at": "1970-01-01T00:00:00"}]]
    found = measured("untouched_columns", {"columns": ["v"]}, output_of({"v": texts}, source={"v": times}))
    assert found == ("failed", "column `v` changed type", ())


@given(st.lists(st.sampled_from(["a", "A", " a", "b", None]), min_size=1, max_size=8))
def test_rows_are_unique_exactly_when_none_equals_another(values: list[str | None]) -> None:
    output = output_of({"v": pa.array(values, pa.string())})
    outcome = measured("unique_rows", {"columns": ["v"]}, output).outcome
    assert (outcome == "passed") is (len(set(values)) == len(values))


@given(st.lists(st.lists(st.integers(0, 3), max_size=1), min_size=1, max_size=6), st.integers(1, 4))
def test_every_row_needs_an_origin_inside_the_input(origins: list[list[int]], rows: int) -> None:
    output = MemoryOutput({"train": NumberedRows(len(origins))}, source=NumberedRows(rows), origins=origins)
    outcome = measured("provenance", {}, output).outcome
    assert (outcome == "passed") is all(found and found[0] < rows for found in origins)
