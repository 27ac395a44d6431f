from __future__ import annotations

import pytest
from pydantic import ValidationError

from corpusmith.engine.operator import Params
from corpusmith.operator_library.core.patterns import matches_pattern


def params(**given: object) -> Params:
    made: Params = matches_pattern.__corpusmith_operator__.params(**given)  # type: ignore[attr-defined]
    return made


def test_a_part_is_enough_unless_the_whole_text_must_match() -> None:
    assert matches_pattern("id AB-12.", pattern=r"[A-Z]+-\d+")
    assert not matches_pattern("id AB-12.", pattern=r"[A-Z]+-\d+", whole=True)
    assert matches_pattern("AB-12", pattern=r"[A-Z]+-\d+", whole=True)


def test_a_trailing_newline_is_not_part_of_a_whole_match() -> None:
    assert not matches_pattern("AB\n", pattern="AB", whole=True)


def test_case_counts_unless_it_is_ignored() -> None:
    assert not matches_pattern("abc", pattern="ABC")
    assert matches_pattern("abc", pattern="ABC", ignore_case=True)


def test_null_matches_nothing_and_the_empty_text_matches_an_empty_match() -> None:
    assert not matches_pattern(None, pattern=".*")
    assert matches_pattern("", pattern=".*", whole=True)


def test_a_broken_pattern_is_refused_before_the_run_with_its_place() -> None:
    with pytest.raises(ValidationError, match=r"`a\(b` is no regular expression: missing \).* at character 2"):
        params(pattern="a(b")


def test_a_pattern_is_not_changed() -> None:
    assert params(pattern=r"\d+").arguments()["pattern"] == r"\d+"
