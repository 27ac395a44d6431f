"""What the engine writes is what the verifier reads: a contract, its remedies as a pipeline, and every check passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

import corpusmith.operator_library
from corpusmith.engine.execution.executor import execute
from corpusmith.engine.execution.outputs import write_outputs
from corpusmith.engine.pipeline import OutputTable, Pipeline, Step
from corpusmith.engine.reading import open_source
from corpusmith.engine.registry import Registry
from corpusmith.engine.writing import card_front_matter
from corpusmith.tools.checks.catalogue import template
from corpusmith.tools.contract.freeze import freeze
from corpusmith.tools.contract.model import Contract, Criterion, Reading, Span
from corpusmith.tools.contract.subject import Subject
from corpusmith.tools.verification.process import verify
from corpusmith.tools.verification.request import VerificationRequest
from corpusmith.tools.verification.status import status_of

SPEC = "Do all of this."
ROWS = [
    {"id": f"{number:03d}", "body": f"Entry {number}: {words}", "year": str(1990 + number % 30), "junk": number}
    for number, words in enumerate(
        [
            "write to ann@example.org about the harvest of apples in the northern valleys",
            "we walked along the river and talked about books that nobody reads",
            "see https://example.com/page for <b>details</b> on the old railway line",
            "we walked along the river and talked about books that nobody reads",
            "too short",
            "Der Zug nach Hamburg ist heute leider wieder sehr verspätet abgefahren und voll",
        ]
        * 40
    )
]
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("renamed", {"old": "body", "new": "text"}),
    ("every_row", {"rule": "no_personal_data", "params": {"column": "text"}}),
    ("every_row", {"rule": "clean_text", "params": {"column": "text", "of": "html"}}),
    ("every_row", {"rule": "clean_text", "params": {"column": "text", "of": "urls"}}),
    ("every_row", {"rule": "length", "params": {"column": "text", "unit": "words", "min": 5}}),
    ("every_row", {"rule": "language", "params": {"column": "text", "any_of": ["en"]}}),
    ("every_row", {"rule": "value_type", "params": {"column": "year", "type": "integer"}}),
    ("near_duplicates", {"column": "text"}),
    ("columns", {"absent": ["junk"]}),
    ("sorted_rows", {"by": ["year"], "descending": True}),
    ("splits", {"fractions": {"train": 0.8, "test": 0.2}}),
    ("row_count", {"min": 2}),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    made = Registry()
    made.add_package(corpusmith.operator_library)
    return made


def contract(data: Path) -> Contract:
    source = open_source([data])
    span = Span(quote="Do all of this", start=0, end=14)
    criteria = [
        Criterion(id=f"c{at}", span=span, check=check, params=params) for at, (check, params) in enumerate(ASKED)
    ]
    subject = Subject(columns=dict.fromkeys(source.schema.names, "text"), rows=source.rows)
    frozen = freeze(Reading(criteria=criteria), SPEC, subject)
    assert frozen.uncovered == []
    return frozen


def steps(frozen: Contract) -> list[Step]:
    made = []
    for criterion in frozen.criteria:
        check = template(criterion.check)
        for remedy in check.remedies(check.Params.model_validate(criterion.params), criterion.means)[:1]:
            write = {name: column for name, column in remedy.bind.items() if remedy.how == "edit"}
            params = {name: value for name, value in remedy.params.items() if value is not None}
            made.append(
                Step(id=criterion.id, operator=remedy.operator, params=params, bind=dict(remedy.bind), write=write)
            )
    return made


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_a_pipeline_of_remedies_is_verified_and_a_pipeline_without_one_is_not(
    tmp_path: Path, registry: Registry, format: Any
) -> None:
    data = tmp_path / "in.jsonl"
    data.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in ROWS))
    frozen = contract(data)
    output = OutputTable(format=format, split_column="split", splits=["train", "test"])
    chain = steps(frozen)
    assert status(tmp_path / "whole", registry, Pipeline(steps=chain, outputs=[output]), data, frozen) == {"passed"}
    for left_out in (1, 4, 6, 9):
        fewer = Pipeline(steps=[*chain[:left_out], *chain[left_out + 1 :]], outputs=[output])
        assert "failed" in status(tmp_path / str(left_out), registry, fewer, data, frozen)


def status(folder: Path, registry: Registry, pipeline: Pipeline, data: Path, frozen: Contract) -> set[str]:
    execution = execute(pipeline, {"rows": open_source([data])}, registry, folder)
    written = write_outputs(
        execution, pipeline, folder / "out", folder, lambda table, splits: card_front_matter(splits, table.format)
    )
    request = VerificationRequest(contract=frozen, out=folder / "out", data=[data], lineage=written["rows"].lineage)
    results = verify(request).results
    found = {result.outcome for result in results}
    assert (status_of(frozen, results) == "verified") is (found == {"passed"}), results
    return found
