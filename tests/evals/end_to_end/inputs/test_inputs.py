"""The inputs with planted faults: the same every time, and the truth fits the file."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from corpusmith.evals.end_to_end.inputs import instructions, multilingual
from corpusmith.evals.end_to_end.inputs.catalogue import build_input
from corpusmith.evals.end_to_end.inputs.sources import InputMissing

PLANTED = {*multilingual.PLANTED, *multilingual.PLANTED_IN_ENGLISH, "copy", "near copy", "no text", "repeated id"}


@pytest.mark.parametrize("name", ["multilingual", "instructions"])
def test_an_input_is_the_same_every_time(name: str, eval_data: Path, tmp_path: Path) -> None:
    files = [build_input(name, tmp_path / folder) for folder in ("one", "two")]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("name", ["multilingual", "instructions"])
def test_without_real_texts_there_is_no_input(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORPUSMITH_EVAL_DATA", raising=False)
    with pytest.raises(InputMissing, match="CORPUSMITH_EVAL_DATA"):
        build_input(name, tmp_path)


def test_the_documentation_needs_no_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORPUSMITH_EVAL_DATA", raising=False)
    first = build_input("standard_library_docs", tmp_path).read_text("utf-8").splitlines()[0]
    assert set(json.loads(first)) == {"id", "module", "kind", "text", "lines"}


def test_the_crawl_says_nothing_of_its_truth(eval_data: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in build_input("multilingual", tmp_path).read_text("utf-8").split("\n") if line]
    truth = multilingual.passages()
    assert [(row["id"], row["text"]) for row in rows] == [(one.id, one.text) for one in truth]
    assert {tuple(row) for row in rows} == {("id", "text", "source", "score", "year")}


def test_every_fault_is_planted_and_every_language_is_there(eval_data: Path) -> None:
    truth = multilingual.passages()
    assert {fault for one in truth for fault in one.faults} >= PLANTED
    assert {one.language for one in truth} == {*multilingual.LANGUAGES, "mixed"}


def test_a_secret_stands_in_the_text_and_not_in_the_clean_one(eval_data: Path) -> None:
    holders = [one for one in multilingual.passages() if one.secrets]
    assert holders
    assert all(secret in (one.text or "") and secret not in one.clean for one in holders for secret in one.secrets)


def test_the_table_has_copies_and_broken_cells(eval_data: Path, tmp_path: Path) -> None:
    with build_input("instructions", tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(instructions.pairs())
    assert Counter(row["id"] for row in rows).most_common(1)[0][1] > 1
    assert all(
        value in {row[column] for row in rows} for column, cells in instructions.BROKEN.items() for value in cells
    )
