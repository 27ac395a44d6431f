"""What every rule and every check template promises, for many choices of its parameters."""

from __future__ import annotations

from typing import Any

import pytest

from corpusmith.tools.checks.catalogue import rules, templates
from corpusmith.tools.checks.memory_output import output_of
from corpusmith.tools.checks.row_tally import parsed_rule

T = {"column": "text"}
RULES: list[tuple[str, dict[str, Any]]] = [
    ("language", {**T, "any_of": ["en"]}),
    ("language", {**T, "any_of": ["en", "de", "zh", "ar"]}),
    ("language", {**T, "none_of": ["en"]}),
    ("language", {**T, "any_of": ["fr", "it"], "none_of": ["it"]}),
    ("length", {**T, "unit": "words", "min": 50}),
    ("length", {**T, "unit": "words", "max": 0}),
    ("length", {**T, "unit": "characters", "min": 1, "max": 1}),
    ("length", {**T, "unit": "characters", "min": 10, "max": 2000}),
    ("length", {**T, "unit": "sentences", "min": 2, "max": 3}),
    ("length", {**T, "unit": "lines", "max": 4}),
    ("length", {**T, "unit": "paragraphs", "min": 3}),
    ("number_range", {"column": "score", "min": 0, "max": 1}),
    ("number_range", {"column": "score", "min": 0.5, "min_exclusive": True}),
    ("number_range", {"column": "score", "max": -3, "max_exclusive": True}),
    ("number_range", {"column": "year", "min": 2000, "max": 2000}),
    ("number_range", {"column": "year", "min": 1e300}),
    ("allowed_values", {"column": "label", "values": ["a", "b", "c"]}),
    ("allowed_values", {"column": "label", "values": ["forum"], "negate": True}),
    ("allowed_values", {"column": "label", "values": [1, 2.5]}),
    ("allowed_values", {"column": "label", "values": [True]}),
    ("allowed_values", {"column": "label", "values": [None, "x"]}),
    ("pattern", {"column": "id", "pattern": r"^\d+$"}),
    ("pattern", {"column": "id", "pattern": r"[A-Z]{2}-\d{4}", "whole": True}),
    ("pattern", {"column": "id", "pattern": "draft", "negate": True, "ignore_case": True}),
    ("pattern", {"column": "id", "pattern": r"^[^@\s]+@[^@\s]+\.\w+$"}),
    ("pattern", {"column": "id", "pattern": r"(?=.*\bfoo\b)(?=.*\bbar\b)"}),
    ("pattern", {"column": "id", "pattern": r"^https?://\S+\.(?:org|com)/?$", "ignore_case": True}),
    ("pattern", {"column": "id", "pattern": r"(\w)\1", "negate": True}),
    ("pattern", {"column": "id", "pattern": ".*"}),
    ("not_empty", T),
    ("no_personal_data", T),
    *(("no_personal_data", {**T, "kinds": [kind]}) for kind in ("email", "phone", "card", "ip", "iban", "ssn")),
    ("no_banned_terms", {**T, "terms": ["casino", "buy now"]}),
    ("no_banned_terms", {**T, "terms": ["C++"], "ignore_case": False, "whole_words": False}),
    ("no_banned_terms", {**T, "terms": ["nothing", "1234"]}),
    ("mentions", {**T, "terms": ["def", "class"]}),
    ("mentions", {**T, "terms": ["alpha", "beta"], "mode": "all", "ignore_case": False}),
    *(("clean_text", {**T, "of": of}) for of in ("html", "urls", "emoji", "whitespace", "unicode")),
    ("letter_case", {**T, "case": "lower"}),
    ("letter_case", {**T, "case": "upper"}),
    *(("value_type", {"column": "year", "type": name}) for name in ("text", "integer", "number", "boolean")),
]
EDITS = {"no_personal_data", "no_banned_terms", "clean_text", "letter_case", "value_type"}
WORDS_AND_YEARS = [
    {"rule": "length", "params": {**T, "unit": "words", "min": 5}},
    {"rule": "language", "params": {**T, "any_of": ["en"]}},
    {"rule": "value_type", "params": {"column": "year", "type": "integer"}},
    {"rule": "number_range", "params": {"column": "year", "min": 2000}},
]


def edited(rule: str, params: dict[str, Any]) -> dict[str, Any]:
    cast = params["type"] if rule == "value_type" else None
    return {
        "column": params["column"],
        "source": f"raw {params['column']}",
        "rules": [{"rule": rule, "params": params}],
        "cast": cast,
    }


CHECKS: list[tuple[str, dict[str, Any]]] = [
    *(("every_row", {"rule": rule, "params": params}) for rule, params in RULES),
    *(("share_of_rows", {"rule": rule, "params": params, "min_share": 0.99}) for rule, params in RULES),
    *(("share_of_rows", {"rule": rule, "params": params, "max_share": 0.05}) for rule, params in RULES),
    ("share_of_rows", {"rule": "not_empty", "params": T, "min_share": 0.4, "max_share": 0.5}),
    ("share_of_rows", {"rule": "not_empty", "params": T, "min_share": 1.0}),
    ("share_of_rows", {"rule": "not_empty", "params": T, "max_share": 0.0}),
    ("share_of_rows", {"rule": "not_empty", "params": T, "min_share": 0.999999}),
    ("row_count", {"min": 1}),
    ("row_count", {"min": 2000}),
    ("row_count", {"max": 0}),
    ("row_count", {"min": 100, "max": 100}),
    ("row_count", {"min": 1_000_000_000}),
    ("row_count", {"min": 10, "max": 20, "split": "test"}),
    ("kept_share", {"min": 0.8}),
    ("kept_share", {"max": 0.1}),
    ("kept_share", {"min": 0.25, "max": 0.3}),
    ("kept_share", {"min": 1.0}),
    ("unique_rows", {}),
    ("unique_rows", {"columns": ["id"]}),
    ("unique_rows", {"columns": ["id", "text", "lang"], "normalize": "whitespace"}),
    ("unique_rows", {"columns": ["text"], "normalize": "case_and_whitespace"}),
    ("near_duplicates", T),
    ("near_duplicates", {**T, "threshold": 1.0}),
    ("near_duplicates", {**T, "threshold": 0.99, "ngram": 5}),
    ("near_duplicates", {**T, "threshold": 0.3, "ngram": 1}),
    ("columns", {"required": ["a", "b"]}),
    ("columns", {"absent": ["a"]}),
    ("columns", {"exact": ["a"]}),
    ("columns", {"exact": ["b", "a"], "required": ["a"], "absent": ["c"]}),
    ("renamed", {"old": "content", "new": "text"}),
    ("renamed", {"old": "content", "new": "text", "edited": True}),
    ("sample", {"count": 1}),
    ("sample", {"count": 500, "seed": 7}),
    ("sample", {"fraction": 0.1}),
    ("sample", {"fraction": 0.0005}),
    ("sample", {"fraction": 1.0}),
    ("sorted_rows", {"by": ["year"]}),
    ("sorted_rows", {"by": ["year", "title", "id"], "descending": True}),
    ("sorted_rows", {"length_of": "text"}),
    ("sorted_rows", {"length_of": "text", "unit": "words", "descending": True}),
    ("splits", {"fractions": {"train": 0.8, "validation": 0.1, "test": 0.1}}),
    ("splits", {"fractions": {"train": 0.999, "test": 0.001}}),
    ("splits", {"fractions": {"train": 1.0}}),
    ("splits", {"fractions": {"a": 0.5, "b": 0.5}, "tolerance": 0}),
    ("no_leakage", T),
    ("no_leakage", {"group": "author"}),
    ("output_format", {"format": "parquet"}),
    ("output_format", {"format": "jsonl"}),
    ("provenance", {}),
    ("untouched_columns", {"columns": ["id"]}),
    ("untouched_columns", {"columns": ["id", "url", "meta"]}),
    ("complete", {}),
    *(("complete", {"rules": [{"rule": rule, "params": params}]}) for rule, params in RULES),
    ("complete", {"unique": [{}], "at_most": 100}),
    ("complete", {"near": [T], "names": {"text": "body"}}),
    ("complete", {"near": [{**T, "threshold": 0.3, "ngram": 1}], "unique": [{"columns": ["id"]}]}),
    ("complete", {"rules": WORDS_AND_YEARS, "casts": {"year": "integer"}, "unique": [{"columns": ["text"]}]}),
    *(("needless_edits", {"columns": [edited(rule, params)]}) for rule, params in RULES if rule in EDITS),
    ("needless_edits", {"columns": [{"column": "text", "source": "body"}]}),
    ("needless_edits", {"columns": [edited(*RULES[-1]), edited("clean_text", {**T, "of": "urls"})]}),
]
OF_COLUMNS = {"every_row", "share_of_rows", "near_duplicates", "renamed", "sorted_rows", "no_leakage"}


def named(case: tuple[str, dict[str, Any]]) -> str:
    return f"{case[0]} {case[1]}"


def test_the_cases_below_leave_no_rule_and_no_check_out() -> None:
    assert {rule for rule, _ in RULES} == set(rules())
    assert {check for check, _ in CHECKS} == set(templates())


@pytest.mark.parametrize("case", CHECKS, ids=named)
def test_a_check_passes_its_conforming_output(case: tuple[str, dict[str, Any]]) -> None:
    check = templates()[case[0]]
    params = check.Params.model_validate(case[1])
    assert check.measure(check.conforming(params), params).outcome == "passed"


@pytest.mark.parametrize("case", CHECKS, ids=named)
def test_a_check_fails_every_mutant(case: tuple[str, dict[str, Any]]) -> None:
    check = templates()[case[0]]
    params = check.Params.model_validate(case[1])
    outcomes = [check.measure(mutant, params) for mutant in check.mutants(params)]
    assert outcomes
    assert [found for found in outcomes if found.outcome != "failed"] == []


@pytest.mark.parametrize("case", CHECKS, ids=named)
def test_a_check_of_an_output_without_rows_never_passes_by_that_alone(case: tuple[str, dict[str, Any]]) -> None:
    check = templates()[case[0]]
    params = check.Params.model_validate(case[1])
    rows = {name: [] for name in [*check.columns(params), "text"]}
    outcome = check.measure(output_of(rows, source={"text": ["a", "b"]}, origins=[]), params).outcome
    if case[0] not in {"row_count", "kept_share", "output_format"}:
        assert outcome in {"unverified", "failed"}


@pytest.mark.parametrize("case", [case for case in CHECKS if case[0] in OF_COLUMNS], ids=named)
def test_a_check_of_other_columns_never_passes_by_that_alone(case: tuple[str, dict[str, Any]]) -> None:
    check = templates()[case[0]]
    params = check.Params.model_validate(case[1])
    assert check.columns(params)
    found = check.measure(output_of({"a quite different column": ["a", "b"]}), params)
    assert found.outcome in {"unverified", "failed"}
    assert "`" in found.evidence


@pytest.mark.parametrize("case", CHECKS, ids=named)
def test_a_check_says_what_it_asks_for_in_one_sentence(case: tuple[str, dict[str, Any]]) -> None:
    check = templates()[case[0]]
    words = check.describe(check.Params.model_validate(case[1]))
    assert words.endswith(".")
    assert words[0].isupper()
    assert "None" not in words
    assert "  " not in words


@pytest.mark.parametrize("case", RULES, ids=named)
def test_the_samples_of_a_rule_keep_it_and_break_it(case: tuple[str, dict[str, Any]]) -> None:
    rule, params = parsed_rule(*case)
    samples = rule.samples(params)
    assert samples.keeping
    assert samples.breaking
    assert [value for value in samples.keeping if not rule.holds(value, params)] == []
    assert [value for value in samples.breaking if rule.holds(value, params)] == []


@pytest.mark.parametrize(
    ("check", "params"),
    [
        ("row_count", {}),
        ("row_count", {"min": 0}),
        ("row_count", {"min": 5, "max": 4}),
        ("kept_share", {"min": 0}),
        ("kept_share", {"min": 0.9, "max": 0.1}),
        ("share_of_rows", {"rule": "not_empty", "params": T}),
        ("share_of_rows", {"rule": "not_empty", "params": T, "min_share": 1.5}),
        ("every_row", {"rule": "nonsense", "params": T}),
        ("every_row", {"rule": "language", "params": T}),
        ("every_row", {"rule": "language", "params": {**T, "any_of": ["xx"]}}),
        ("every_row", {"rule": "language", "params": {**T, "any_of": ["en"], "none_of": ["en"]}}),
        ("every_row", {"rule": "length", "params": {**T, "unit": "words"}}),
        ("every_row", {"rule": "length", "params": {**T, "unit": "words", "min": 3, "max": 2}}),
        ("every_row", {"rule": "number_range", "params": {**T, "min": 1, "max": 1, "min_exclusive": True}}),
        ("every_row", {"rule": "pattern", "params": {**T, "pattern": "("}}),
        ("every_row", {"rule": "not_empty", "params": {}}),
        ("every_row", {"rule": "not_empty", "params": {**T, "surprise": 1}}),
        ("columns", {}),
        ("columns", {"required": ["a"], "absent": ["a"]}),
        ("columns", {"exact": ["a", "a"]}),
        ("renamed", {"old": "a", "new": "a"}),
        ("sample", {}),
        ("sample", {"count": 5, "fraction": 0.5}),
        ("sorted_rows", {}),
        ("sorted_rows", {"by": ["a"], "length_of": "b"}),
        ("splits", {"fractions": {"train": 0.5}}),
        ("splits", {"fractions": {"train": 1.0, "test": 0.0}}),
        ("no_leakage", {}),
        ("no_leakage", {"column": "a", "group": "b"}),
        ("untouched_columns", {"columns": []}),
        ("needless_edits", {"columns": []}),
        ("complete", {"rules": [{"rule": "nonsense", "params": T}]}),
        ("complete", {"at_most": -1}),
    ],
)
def test_parameters_that_ask_for_nothing_or_for_nonsense_are_refused(check: str, params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        templates()[check].Params.model_validate(params)
