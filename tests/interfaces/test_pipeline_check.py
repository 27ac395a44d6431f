"""``corpusmith pipeline check``, through the real command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from corpusmith.engine.pipeline import Pipeline
from corpusmith.interfaces.pipeline_runs.locks import relocked_text
from corpusmith.tools.operators import load_registry

GOOD = """\
# What we agreed on in the meeting.
name: short texts
steps:
  - id: short  # drops too little, we think
    operator: word_count_filter  # counts words
    params: {min: 3}
  - {id: unique, operator: exact_duplicates}
outputs:
- table: rows
"""
BAD = """\
name: bad
steps:
- {id: three, operator: exact_duplicates, params: {columns: [txt]}, lock: exact_duplicates@0+0000}
- {id: one, operator: word_cuont_filter}
- {id: two, operator: word_count_filter, params: {min: many, maximum: 3}}
outputs:
- {table: lost}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": 1, "text": "one two three"}\n', encoding="utf-8")
    return path


def written(folder: Path, text: str) -> Path:
    path = folder / "p.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pipeline_without_problems_ends_0(corpusmith: Any, tmp_path: Path, data: Path) -> None:
    ended = corpusmith("pipeline", "check", written(tmp_path, GOOD), "--data", data)
    assert ended.code == 0
    assert "No problems." in ended.out
    assert "2 steps not locked yet" in ended.out
    assert "not checked" not in ended.out


def test_without_data_it_is_said_that_columns_were_not_checked(corpusmith: Any, tmp_path: Path) -> None:
    assert "Columns and types were not checked" in corpusmith("pipeline", "check", written(tmp_path, GOOD)).out


def test_all_problems_are_listed_at_once_and_end_2(corpusmith: Any, tmp_path: Path, data: Path) -> None:
    file = written(tmp_path, BAD)
    ended = corpusmith("pipeline", "check", file, "--data", data)
    assert ended.code == 2
    said = " ".join(ended.out.split())
    assert "Did you mean `word_count_filter`?" in said
    assert "has no parameter `maximum`. Did you mean `max`?" in said
    assert "`min`: Input should be a valid integer" in said
    assert "column `txt` not found (has: `id`, `text`). Did you mean `text`?" in said
    assert "has changed since the pipeline was locked" in said
    assert "output table `lost` is made by no step" in said
    found = corpusmith("pipeline", "check", file, "--data", data, "--json")
    assert found.code == 2
    assert {problem["step"] for problem in found.json()["problems"]} == {"one", "two", "three", None}
    assert len(found.json()["problems"]) == ended.out.count("\n- ")


def test_relocking_keeps_comments_and_changes_locks_alone(corpusmith: Any, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    assert corpusmith("pipeline", "check", file, "--relock").code == 0
    text = file.read_text("utf-8")
    assert [line for line in text.splitlines() if "lock:" not in line] == [
        line for line in GOOD.splitlines() if "unique" not in line
    ]
    locked = Pipeline.from_yaml(text)
    assert locked == Pipeline.from_yaml(GOOD).locked(load_registry())
    assert corpusmith("pipeline", "check", file, "--relock").code == 0
    assert file.read_text("utf-8") == text


def test_relocking_mends_a_lock_that_is_out_of_date(corpusmith: Any, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    corpusmith("pipeline", "check", file, "--relock")
    current = file.read_text("utf-8")
    file.write_text(current.replace("exact_duplicates@1", "exact_duplicates@0"), encoding="utf-8")
    assert corpusmith("pipeline", "check", file).code == 2
    assert corpusmith("pipeline", "check", file, "--relock").code == 0
    assert file.read_text("utf-8") == current


def test_a_pipeline_with_other_problems_is_not_rewritten(corpusmith: Any, tmp_path: Path) -> None:
    file = written(tmp_path, BAD)
    ended = corpusmith("pipeline", "check", file, "--relock")
    assert ended.code == 2
    assert "has changed since" not in ended.out
    assert file.read_text("utf-8") == BAD


@pytest.mark.parametrize(
    "text",
    [
        "steps: [{id: a, operator: word_count}, {id: b, operator: word_count, write: {word_count: n}}]",
        "steps:\n- operator: word_count\n  id: a\n- id: b\n  lock: ''\n  operator: word_count",
        "steps:\n- &one\n  id: a\n  operator: word_count\n- <<: *one\n  id: b\n",
        "steps:\n  -\n    id: a\n    operator: >-\n      word_count\n  - id: 'ü'\n    operator: \"word_count\"\r\n",
        "# nothing else\nname: none\n",
    ],
)
def test_any_layout_is_relocked_to_the_pipeline_that_it_describes(text: str) -> None:
    locked = Pipeline.from_yaml(text).locked(load_registry())
    edited = relocked_text(text, locked)
    assert Pipeline.from_yaml(edited) == locked
    assert yaml.safe_load(edited)


@pytest.mark.parametrize("text", ["[", "- a list", "steps: 3", "steps: [{id: a}]", "\x00"])
def test_a_file_that_is_no_pipeline_is_one_panel_and_2(corpusmith: Any, tmp_path: Path, text: str) -> None:
    ended = corpusmith("pipeline", "check", written(tmp_path, text))
    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err
    assert "p.yaml" in ended.err.replace("\n", "").replace("│", "").replace(" ", "")


def test_a_missing_file_is_one_panel_and_2(corpusmith: Any, tmp_path: Path) -> None:
    ended = corpusmith("pipeline", "check", tmp_path / "none.yaml")
    assert ended.code == 2
    assert "Traceback" not in ended.err
