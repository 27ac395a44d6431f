"""The operators that a rule names really leave only values that keep it, and throw nothing else away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import corpusmith.operator_library
from corpusmith.engine.errors import RowError
from corpusmith.engine.operator import Operator
from corpusmith.engine.registry import Registry
from corpusmith.tools.checks.catalogue import rules, templates
from corpusmith.tools.checks.row_tally import parsed_rule
from corpusmith.tools.checks.template import Remedy, RowRule, RuleParams

T = {"column": "body"}
ROW_RULES: list[tuple[str, dict[str, Any]]] = [
    ("language", {**T, "any_of": ["en", "fr"]}),
    ("language", {**T, "none_of": ["en"]}),
    ("length", {**T, "unit": "words", "min": 3}),
    ("length", {**T, "unit": "sentences", "max": 2}),
    ("length", {**T, "unit": "characters", "min": 2, "max": 9}),
    ("length", {**T, "unit": "lines", "min": 2}),
    ("length", {**T, "unit": "paragraphs", "max": 1}),
    ("number_range", {**T, "min": 0, "max": 1, "max_exclusive": True}),
    ("allowed_values", {**T, "values": ["a", "b"]}),
    ("allowed_values", {**T, "values": ["a", "b"], "negate": True}),
    ("pattern", {**T, "pattern": r"^\d+$"}),
    ("pattern", {**T, "pattern": r"\d", "negate": True, "whole": True}),
    ("not_empty", T),
    ("no_personal_data", T),
    ("no_banned_terms", {**T, "terms": ["foo", "bar baz"]}),
    ("mentions", {**T, "terms": ["foo", "bar baz"]}),
    *(("clean_text", {**T, "of": of}) for of in ("html", "urls", "emoji", "whitespace", "unicode")),
    ("letter_case", {**T, "case": "lower"}),
    *(("value_type", {**T, "type": name}) for name in ("text", "integer", "number", "boolean")),
]
HOSTILE = [
    None,
    "",
    " ",
    "\x00",
    "Foo, BAR BAZ",
    "<b>x</b>  y\r\n",
    "ⅷ İ ß",
    "👍 a@b.org 1.5",
    "a" * 5000,
    "7",
    "1,5",
    "yes",
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    made = Registry()
    made.add_package(corpusmith.operator_library)
    return made


def test_every_remedy_names_an_operator_and_parameters_that_exist(registry: Registry) -> None:
    for name, settings in ROW_RULES:
        rule, params = parsed_rule(name, settings)
        for remedy in (*rule.remedies(params, "any"), *rule.remedies(params, "drop"), *rule.remedies(params, "edit")):
            operator = registry.get(remedy.operator)
            operator.params.model_validate(dict(remedy.params))
            assert set(remedy.bind) == set(operator.reads)


@pytest.mark.parametrize(
    ("check", "params"),
    [
        ("row_count", {"max": 5}),
        ("unique_rows", {"columns": ["a"], "normalize": "whitespace"}),
        ("near_duplicates", {"column": "a", "threshold": 0.9}),
        ("columns", {"absent": ["a"]}),
        ("columns", {"exact": ["a", "b"]}),
        ("renamed", {"old": "a", "new": "b"}),
        ("sample", {"count": 5, "seed": 1}),
        ("sample", {"fraction": 0.5}),
        ("sorted_rows", {"by": ["a"], "descending": True}),
        ("sorted_rows", {"length_of": "a", "unit": "words"}),
        ("splits", {"fractions": {"train": 0.9, "test": 0.1}}),
    ],
)
def test_the_remedies_of_checks_fit_the_operators(registry: Registry, check: str, params: dict[str, Any]) -> None:
    template = templates()[check]
    remedies = template.remedies(template.Params.model_validate(params), "any")
    assert remedies
    for remedy in remedies:
        registry.get(remedy.operator).params.model_validate(dict(remedy.params))


@pytest.mark.parametrize("means", ["drop", "edit", "any"])
@pytest.mark.parametrize("case", ROW_RULES, ids=str)
def test_after_a_remedy_the_rule_holds_and_good_values_are_still_there(
    registry: Registry, case: tuple[str, dict[str, Any]], means: Any
) -> None:
    rule, params = parsed_rule(*case)
    samples = rule.samples(params)
    values = [*samples.keeping, *samples.breaking, *(HOSTILE if case[0] != "number_range" else [None, 0.5, 2.0])]
    for remedy in rule.remedies(params, means):
        left = list(applied(registry.get(remedy.operator), remedy, values))
        assert [value for value in left if not rule.holds(value, params)] == []
        assert [value for value in kept(rule, params, values) if value not in left and remedy.how == "drop"] == []


def test_means_that_no_operator_has_have_no_remedy() -> None:
    for name in ("language", "length", "number_range", "pattern", "not_empty", "mentions"):
        rule, params = parsed_rule(*next(case for case in ROW_RULES if case[0] == name))
        assert rule.remedies(params, "edit") == ()
    assert set(rules()) == {name for name, _ in ROW_RULES}


def kept(rule: RowRule[Any], params: RuleParams, values: list[Any]) -> list[Any]:
    return [value for value in values if rule.holds(value, params)]


def applied(operator: Operator, remedy: Remedy, values: list[Any]) -> Iterator[Any]:
    """The values that a value operator leaves, with the engine's treatment of null and of errors."""
    settings = operator.params.model_validate(dict(remedy.params)).arguments()
    for value in values:
        if value is None and not operator.nullable:
            if operator.kind != "filter":
                yield None
            continue
        try:
            result = operator.implementation(value, **settings)
        except RowError:
            continue
        if operator.kind != "filter":
            yield result
        elif result is None:
            yield value
