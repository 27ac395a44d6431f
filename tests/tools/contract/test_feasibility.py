from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.tools.contract.feasibility import Problem, problems
from corpusmith.tools.contract.model import Criterion, Span

COLUMNS = ["id", "text", "year", "label", "messages"]


def named(number: int, quote: str, check: str, **params: Any) -> Criterion:
    return Criterion(id=f"c{number}", span=Span(quote=quote, start=0, end=len(quote)), check=check, params=params)


def rows_that(rule: str, **params: Any) -> tuple[str, dict[str, Any]]:
    return "every_row", {"rule": rule, "params": params}


def found(*checks: tuple[str, dict[str, Any]], rows: int = 1_000) -> list[Problem]:
    criteria = [named(at, f"clause {at}", check, **params) for at, (check, params) in enumerate(checks)]
    return problems(criteria, rows, COLUMNS)


CONTRADICTIONS: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]], str]] = [
    (
        rows_that("length", column="text", unit="words", min=50),
        rows_that("length", column="text", unit="words", max=20),
        "words of `text` cannot be at least 50 and at most 20",
    ),
    (
        rows_that("length", column="text", unit="words", min=100),
        rows_that("length", column="text", unit="characters", max=150),
        "characters of `text` cannot be at least 199 and at most 150",
    ),
    (
        rows_that("number_range", column="year", min=2000, min_exclusive=True),
        rows_that("number_range", column="year", max=2000),
        "value of `year` cannot be",
    ),
    (("row_count", {"min": 10}), ("row_count", {"max": 5}), "rows cannot be at least 10 and at most 5"),
    (("sample", {"count": 100}), ("row_count", {"min": 200}), "rows cannot be"),
    (("sample", {"fraction": 0.1}), ("row_count", {"min": 500}), "rows cannot be"),
    (("sample", {"count": 100}), ("sample", {"count": 200}), "rows cannot be exactly 100 and exactly 200"),
    (("kept_share", {"min": 0.8}), ("row_count", {"max": 500}), "rows cannot be"),
    (("kept_share", {"min": 0.8}), ("kept_share", {"max": 0.5}), "share of the input's rows cannot be"),
    (
        ("share_of_rows", {**rows_that("not_empty", column="text")[1], "min_share": 0.9}),
        ("share_of_rows", {**rows_that("not_empty", column="text")[1], "max_share": 0.5}),
        "share of rows whose `text` is not empty",
    ),
    (
        rows_that("language", column="text", any_of=["en"]),
        rows_that("language", column="text", any_of=["fr", "de"]),
        "no language is left for `text`",
    ),
    (
        rows_that("language", column="text", any_of=["en"]),
        rows_that("language", column="text", none_of=["en", "fr"]),
        "no language is left for `text`",
    ),
    (
        rows_that("allowed_values", column="label", values=["a", "b"]),
        rows_that("allowed_values", column="label", values=["c"]),
        "no value is left for `label`",
    ),
    (
        rows_that("allowed_values", column="label", values=["a"], negate=True),
        rows_that("allowed_values", column="label", values=["a"]),
        "no value is left for `label`",
    ),
    (
        rows_that("mentions", column="text", terms=["Foo"]),
        rows_that("no_banned_terms", column="text", terms=["foo", "bar"]),
        "`Foo` cannot be both in `text` and not in it",
    ),
    (
        rows_that("mentions", column="text", terms=["a", "b"], mode="all"),
        rows_that("no_banned_terms", column="text", terms=["b"]),
        "`b` cannot be both in `text` and not in it",
    ),
    (
        rows_that("letter_case", column="text", case="lower"),
        rows_that("letter_case", column="text", case="upper"),
        "the case cannot be `lower` and `upper`",
    ),
    (
        rows_that("value_type", column="year", type="integer"),
        rows_that("value_type", column="year", type="text"),
        "the type cannot be `integer` and `text`",
    ),
    (("columns", {"required": ["id"]}), ("columns", {"absent": ["id"]}), "`id` would have to be there and not there"),
    (("columns", {"exact": ["id"]}), ("columns", {"required": ["text"]}), "`text` would have to be there"),
    (("columns", {"exact": ["id", "text"]}), ("columns", {"exact": ["text", "id"]}), "the columns cannot be"),
    (rows_that("not_empty", column="year"), ("columns", {"absent": ["year"]}), "`year` would have to be there"),
    (("near_duplicates", {"column": "text"}), ("columns", {"exact": ["id"]}), "`text` would have to be there"),
    (("renamed", {"old": "text", "new": "body"}), ("columns", {"required": ["text"]}), "`text` would have to be there"),
    (("renamed", {"old": "text", "new": "body"}), ("columns", {"absent": ["body"]}), "`body` would have to be there"),
    (("renamed", {"old": "text", "new": "a"}), ("renamed", {"old": "text", "new": "b"}), "cannot get two names"),
    (("renamed", {"old": "text", "new": "a"}), ("renamed", {"old": "id", "new": "a"}), "two columns cannot both be"),
    (("output_format", {"format": "parquet"}), ("output_format", {"format": "jsonl"}), "the format cannot be"),
    (
        ("splits", {"fractions": {"train": 0.9, "test": 0.1}}),
        ("splits", {"fractions": {"train": 0.8, "test": 0.2}}),
        "the fractions cannot be",
    ),
    (
        ("splits", {"fractions": {"train": 0.9, "test": 0.1}}),
        ("row_count", {"min": 5, "split": "dev"}),
        "there is no split `dev` among `train` and `test`",
    ),
    (("sorted_rows", {"by": ["year"]}), ("sorted_rows", {"by": ["year"], "descending": True}), "rows have one order"),
]

COMPATIBLE: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]]]] = [
    (
        rows_that("length", column="text", unit="words", min=20),
        rows_that("length", column="text", unit="words", max=20),
    ),
    (
        rows_that("length", column="text", unit="words", min=50),
        rows_that("length", column="id", unit="words", max=20),
    ),
    (
        rows_that("length", column="text", unit="characters", min=50),
        rows_that("length", column="text", unit="words", max=2),
    ),
    (
        rows_that("language", column="text", any_of=["en", "fr"]),
        rows_that("language", column="text", any_of=["fr", "de"]),
    ),
    (rows_that("language", column="text", any_of=["en"]), rows_that("language", column="id", any_of=["fr"])),
    (
        rows_that("allowed_values", column="label", values=["a", "b"]),
        rows_that("allowed_values", column="label", values=["b"], negate=True),
    ),
    (
        rows_that("mentions", column="text", terms=["a", "b"]),
        rows_that("no_banned_terms", column="text", terms=["b"]),
    ),
    (
        rows_that("value_type", column="year", type="integer"),
        rows_that("value_type", column="year", type="number"),
    ),
    (("columns", {"required": ["id"]}), ("columns", {"absent": ["year"]})),
    (("renamed", {"old": "text", "new": "body"}), rows_that("not_empty", column="body")),
    (("sample", {"count": 100}), ("row_count", {"max": 200})),
    (("kept_share", {"min": 0.8}), ("row_count", {"min": 500})),
    (("splits", {"fractions": {"train": 0.9, "test": 0.1}}), ("row_count", {"min": 100, "split": "test"})),
    (("output_format", {"format": "jsonl"}), ("output_format", {"format": "jsonl"})),
    (("sorted_rows", {"length_of": "text"}), ("sorted_rows", {"length_of": "text", "unit": "characters"})),
]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("one", "other", "why"), CONTRADICTIONS)
def test_criteria_that_contradict_each_other_are_named_with_both_quotes(
    one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]], why: str, turned: bool
) -> None:
    problem, *more = found(other, one) if turned else found(one, other)
    assert problem.kind == "contradiction"
    assert problem.criteria == ("c0", "c1")
    assert problem.message.startswith("“clause 0” and “clause 1” contradict each other: ")
    assert turned or why in problem.message
    assert more == []


@pytest.mark.parametrize(("one", "other"), COMPATIBLE)
def test_criteria_that_can_be_met_together_are_no_problem(
    one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]
) -> None:
    assert found(one, other) == []
    assert found(other, one) == []


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("row_count", {"min": 10_000}), "“clause 0” asks for at least 10,000 rows, and the input has 200 rows."),
        (("row_count", {"min": 201, "split": "test"}), "asks for at least 201 rows"),
        (("sample", {"count": 500}), "asks for at least 500 rows"),
        (rows_that("not_empty", column="author"), "needs `author`, and the input has no such column"),
        (("columns", {"required": ["id", "author"]}), "needs `author`"),
        (("columns", {"exact": ["id", "author"]}), "needs `author`"),
        (("renamed", {"old": "author", "new": "by"}), "needs `author`"),
        (("sorted_rows", {"by": ["date"]}), "needs `date`"),
    ],
)
def test_what_the_input_rules_out_is_infeasible(asked: tuple[str, dict[str, Any]], why: str) -> None:
    (problem,) = found(asked, rows=200)
    assert problem.kind == "infeasible"
    assert problem.criteria == ("c0",)
    assert why in problem.message


def test_a_split_can_have_no_more_than_its_share_of_the_input() -> None:
    splits = ("splits", {"fractions": {"train": 0.9, "test": 0.1}})
    (problem,) = found(splits, ("row_count", {"min": 500, "split": "test"}))
    assert "the split `test` gets at most 111" in problem.message


def test_columns_inside_others_and_columns_with_new_names_exist() -> None:
    assert found(rows_that("not_empty", column="messages[].content")) == []
    assert found(("renamed", {"old": "text", "new": "body"}), rows_that("not_empty", column="body")) == []


def test_wishes_contradict_nothing() -> None:
    soft = named(1, "few", "row_count", max=5).model_copy(update={"hard": False})
    assert problems([named(0, "many", "row_count", min=10), soft], 1_000, COLUMNS) == []


bounds = st.tuples(st.integers(1, 30), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(bounds, min_size=1, max_size=6))
def test_bounds_are_a_problem_exactly_when_no_number_of_rows_meets_all(pairs: list[tuple[int, int]]) -> None:
    criteria = [named(at, f"clause {at}", "row_count", min=low, max=high) for at, (low, high) in enumerate(pairs)]
    possible = any(all(low <= count <= high for low, high in pairs) for count in range(100))
    assert (problems(criteria, 1_000, COLUMNS) == []) is possible
