"""Faults planted in a pipeline that met its contract: whatever loses a row or a value is found out."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

import corpusmith.operator_library
from corpusmith.engine.execution.executor import execute
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.operator import Drop, Selection
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.reading import open_source
from corpusmith.engine.registry import Registry
from corpusmith.engine.writing import card_front_matter
from corpusmith.operator_library.core.exact_duplicates import ExactDuplicates
from corpusmith.tools.checks.catalogue import template
from corpusmith.tools.contract.freeze import freeze
from corpusmith.tools.contract.model import Contract, Criterion, Reading, Span
from corpusmith.tools.contract.subject import Subject
from corpusmith.tools.verification.process import verify
from corpusmith.tools.verification.request import CheckResult, VerificationRequest
from corpusmith.tools.verification.status import status_of

SPEC = "Do all of this."
_NOUNS = "river mountain window teacher garden winter letter kitchen summer village morning station evening harbour"
WORDS = _NOUNS.split()
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("every_row", {"rule": "no_personal_data", "params": {"column": "text"}}),
    ("every_row", {"rule": "clean_text", "params": {"column": "text", "of": "whitespace"}}),
    ("every_row", {"rule": "length", "params": {"column": "text", "unit": "words", "min": 5}}),
    ("unique_rows", {"columns": ["text"]}),
]


def text_of(number: int, draw: random.Random) -> str:
    if number % 10 == 9:
        return "too short"
    words = " ".join(draw.choices(WORDS, k=12))
    return {
        3: f"Write to ann{number}@example.org about the {words}",
        4: "The same words about the same river as before",
        5: f"  Untidy   {number} {words}\n",
    }.get(number % 10, f"Entry {number}: {words}")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    draw = random.Random(7)
    rows = [{"id": number, "text": text_of(number, draw)} for number in range(200)]
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.add_package(corpusmith.operator_library)
    return made


def contract(asked: list[tuple[str, dict[str, Any]]]) -> Contract:
    span = Span(quote="Do all of this", start=0, end=14)
    criteria = [
        Criterion(id=f"c{at}", span=span, check=check, params=params) for at, (check, params) in enumerate(asked)
    ]
    return freeze(Reading(criteria=criteria), SPEC, Subject(columns={"id": "integer", "text": "text"}, rows=200))


def ran(
    folder: Path, registry: Registry, data: Path, *more: Step, asked: list[tuple[str, dict[str, Any]]] = ASKED
) -> tuple[str, dict[str, CheckResult]]:
    """The verdict on the remedies of the contract as a pipeline, with ``more`` steps behind them."""
    frozen = contract(asked)
    steps = []
    for criterion in frozen.criteria:
        check = template(criterion.check)
        for remedy in check.remedies(check.Params.model_validate(criterion.params), criterion.means)[:1]:
            write = {name: column for name, column in remedy.bind.items() if remedy.how == "edit"}
            params = {name: value for name, value in remedy.params.items() if value is not None}
            bind = dict(remedy.bind)
            steps.append(Step(id=criterion.id, operator=remedy.operator, params=params, bind=bind, write=write))
    pipeline = Pipeline(steps=[*steps, *more], outputs=[OutputTable()])
    execution = execute(pipeline, {"rows": open_source([data])}, registry, folder)
    written = write_outputs(
        execution, pipeline, folder / "out", folder, lambda table, splits: card_front_matter(splits, table.format)
    )
    request = VerificationRequest(contract=frozen, out=folder / "out", data=[data], lineage=written["rows"].lineage)
    results = verify(request).results
    return status_of(frozen, results), {result.criterion: result for result in results}


def faulty(registry: Registry, name: str, implementation: Any) -> None:
    """Put another implementation in the place of an operator's."""
    registry._operators[name] = replace(registry.get(name), implementation=implementation)


def failed(results: dict[str, CheckResult]) -> set[str]:
    return {name for name, result in results.items() if result.outcome == "failed"}


def test_without_a_fault_the_run_is_verified(tmp_path: Path, registry: Registry, data: Path) -> None:
    status, results = ran(tmp_path, registry, data)
    assert status == "verified", results
    assert results["house-complete"].evidence == "39 of 200 input rows missing: 20 break a rule, 19 repeat another row"


def counting(change: Callable[[int, str], Any]) -> Callable[..., Any]:
    """An operator on values that answers by how many values it has seen."""
    seen = iter(range(1_000_000))
    return lambda text, **_: change(next(seen), text)


def drops_every_third(at: int, text: str) -> Drop | None:
    return Drop("unlucky") if at % 3 == 2 or len(text) < 10 else None


def stops_after_five(at: int, text: str) -> str | None:
    return " ".join(text.split()) if at < 5 else None


def blanks(at: int, text: str) -> str:
    return " ".join(text.split()) if at < 5 else ""


def puts_other_words(at: int, text: str) -> str:
    return f"nothing{' to see' * 4} {at}" if "@" in text else text


@pytest.mark.parametrize(
    ("operator", "change", "asked", "found"),
    [
        ("normalize_whitespace", stops_after_five, ASKED[:2], "house-edits"),
        ("normalize_whitespace", stops_after_five, ASKED, "house-complete"),
        ("normalize_whitespace", blanks, ASKED[:2], "house-edits"),
        ("normalize_whitespace", blanks, ASKED, "house-complete"),
        ("mask_personal_data", puts_other_words, ASKED, "house-edits"),
        ("word_count_filter", drops_every_third, ASKED, "house-complete"),
    ],
)
def test_an_operator_that_loses_values_or_rows_fails_the_run(
    tmp_path: Path,
    registry: Registry,
    data: Path,
    operator: str,
    change: Callable[[int, str], Any],
    asked: list[tuple[str, dict[str, Any]]],
    found: str,
) -> None:
    faulty(registry, operator, counting(change))
    status, results = ran(tmp_path, registry, data, asked=asked)
    assert status == "failed"
    assert failed(results) == {found}
    assert "@example.org" not in " ".join([*results[found].failing, results[found].evidence])


@pytest.mark.parametrize("lost", ["unique rows", "every copy"])
def test_a_deduplication_that_drops_too_much_fails_the_run(
    tmp_path: Path, registry: Registry, data: Path, lost: str
) -> None:
    class TooEager(ExactDuplicates):
        def select(self, rows: Any, context: Any) -> Selection:
            drop = dict(super().select(rows, context).drop)
            texts = [text for batch in rows.batches(["text"]) for text in batch.column(0).to_pylist()]
            extra = [0, 1] if lost == "unique rows" else [at for at, text in enumerate(texts) if texts.count(text) > 1]
            return Selection(drop={**drop, **dict.fromkeys(extra, "exact_duplicate")})

    faulty(registry, "exact_duplicates", TooEager)
    status, results = ran(tmp_path, registry, data)
    assert (status, failed(results)) == ("failed", {"house-complete"})


def test_a_step_that_nobody_asked_for_fails_the_run(tmp_path: Path, registry: Registry, data: Path) -> None:
    step = Step(id="more", operator="first_rows", params={"count": 50})
    status, results = ran(tmp_path, registry, data, step)
    assert (status, failed(results)) == ("failed", {"house-complete"})
