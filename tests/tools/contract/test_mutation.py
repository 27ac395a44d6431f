from __future__ import annotations

from typing import Any

import pytest

from corpusmith.tools.contract.model import Criterion, Span
from corpusmith.tools.contract.mutation import gate


def criterion(check: str, params: dict[str, Any]) -> Criterion:
    return Criterion(id="c1", span=Span(quote="x", start=0, end=1), check=check, params=params)


def every_row(rule: str, **params: Any) -> Criterion:
    return criterion("every_row", {"rule": rule, "params": {"column": "text", **params}})


@pytest.mark.parametrize(
    "asked",
    [
        every_row("length", unit="words", min=50),
        every_row("language", any_of=["en"]),
        every_row("pattern", pattern=r"^\d+$"),
        criterion("row_count", {"min": 2_000, "max": 3_000}),
        criterion("splits", {"fractions": {"train": 0.9, "test": 0.1}}),
    ],
)
def test_a_check_that_can_tell_good_from_bad_passes_and_says_how_many_it_killed(asked: Criterion) -> None:
    result = gate(asked)
    assert result.passed
    assert result.conforming == "passed"
    assert result.killed == result.mutants > 0
    assert result.why.startswith(f"The check fails {result.killed} of {result.mutants} output")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (criterion("nonsense", {}), "There is no check `nonsense`"),
        (criterion("row_cuont", {"min": 1}), "Did you mean `row_count`?"),
        (criterion("row_count", {"min": "many"}), "do not fit"),
        (every_row("langage", any_of=["en"]), "Did you mean `language`?"),
        (every_row("language", any_of=["tlh"]), "does not know `tlh`"),
        (every_row("pattern", pattern="("), "no regular expression"),
        (every_row("pattern", pattern="a(?!a)a"), "no value is known that meets the rule"),
        (
            criterion(
                "share_of_rows",
                {"rule": "not_empty", "params": {"column": "t"}, "min_share": 0.7182815, "max_share": 0.7182816},
            ),
            "no table of fewer than 1,000 rows",
        ),
    ],
)
def test_a_check_that_cannot_be_shown_to_work_does_not_pass(asked: Criterion, why: str) -> None:
    result = gate(asked)
    assert not result.passed
    assert result.killed == 0
    assert why in result.why
