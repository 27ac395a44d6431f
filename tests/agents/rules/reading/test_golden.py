"""Sentences as people write them, in the tables beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from corpusmith.agents.rules.reading.reader import read_spec
from corpusmith.tools.checks.catalogue import describe
from corpusmith.tools.contract.model import Criterion, Reading
from corpusmith.tools.contract.subject import Subject

HERE = Path(__file__).parent
DOCUMENTS = Subject(
    columns={
        **dict.fromkeys(
            ("id", "text", "title", "question", "answer", "label", "kind", "source", "url", "author"), "text"
        ),
        **dict.fromkeys(("year", "rating"), "integer"),
        "score": "number",
    },
    text_column="text",
    rows=10_000,
)


def rows_of(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((HERE / name).read_text(encoding="utf-8")))


def short(criterion: Criterion) -> list[Any]:
    """A criterion as the tables write it: check or rule, parameters, means unless ``any``."""
    params = dict(criterion.params)
    means = [] if criterion.means == "any" else [criterion.means]
    if "rule" not in params:
        return [criterion.check, params, *means]
    rule, inner = params.pop("rule"), dict(params.pop("params"))
    if inner["column"] == "text":
        del inner["column"]
    return [rule, inner, *means] if criterion.check == "every_row" else ["share", rule, inner, params, *means]


def as_set(criteria: list[list[Any]]) -> list[str]:
    return sorted(map(repr, criteria))


def read(row: dict[str, Any]) -> Reading:
    return read_spec(row["say"], DOCUMENTS)


EVERY_ROW = [row for path in sorted(HERE.glob("*.yaml")) for row in rows_of(path.name)]


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row["say"][:60])
def test_a_spec_yields_the_criteria_that_the_person_meant(row: dict[str, Any]) -> None:
    assert as_set([short(criterion) for criterion in read(row).criteria]) == as_set(row.get("want", []))


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row["say"][:60])
def test_whatever_is_not_understood_is_named_and_nothing_else(row: dict[str, Any]) -> None:
    named = [piece.span.quote for piece in read(row).uncovered]
    wanted = row.get("uncovered", [])
    assert all(any(piece in quote for quote in named) for piece in wanted), named
    assert wanted or not named


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row["say"][:60])
def test_every_quote_stands_in_the_spec_where_it_says(row: dict[str, Any]) -> None:
    reading = read(row)
    spans = [*(criterion.span for criterion in reading.criteria), *(piece.span for piece in reading.uncovered)]
    assert all(span is not None and span.quote and row["say"][span.start : span.end] == span.quote for span in spans)


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row["say"][:60])
def test_every_criterion_is_one_that_its_check_accepts(row: dict[str, Any]) -> None:
    assert all(describe(criterion.check, criterion.params) for criterion in read(row).criteria)


def test_the_tables_hold_enough_sentences_to_mean_something() -> None:
    assert len(rows_of("understood.yaml")) >= 200
    assert len(rows_of("not_understood.yaml")) >= 60
