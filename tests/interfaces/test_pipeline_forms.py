"""Pipelines as the command line takes them: YAML, a Python class, or a shipped name; and inline rows without data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.pipeline import Pipeline

YAML = """\
name: short texts
steps:
- {id: short, operator: word_count_filter, params: {min: 3}}
- {id: unique, operator: exact_duplicates}
outputs:
- {table: rows, format: jsonl}
"""
PYTHON = """\
from corpusmith.engine.modules import Dataset, Module, OutputOf, output
from corpusmith.engine.modules import operators as op


class Short(Module, name="short texts"):
    def __init__(self) -> None:
        self.short = op.word_count_filter(min=3)
        self.unique = op.exact_duplicates()

    def forward(self, rows: Dataset) -> OutputOf:
        return output(self.unique(self.short(rows)), format="jsonl")
"""
INLINE = """\
inline: {topics: [{text: one two}, {text: three}]}
steps:
- {id: count, operator: word_count, inputs: {rows: topics}}
outputs:
- {table: topics, format: jsonl}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a pipeline in both forms and data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "p.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"text": "a b c"}\n{"text": "a"}\n{"text": "a b c"}\n', encoding="utf-8")
    return tmp_path


def shard(out: Path, split: str = "train") -> bytes:
    return (out / "dataset" / "data" / f"{split}-00000-of-00001.jsonl").read_bytes()


def test_the_class_and_the_yaml_form_give_the_same_bytes_and_hash(corpusmith: Any, place: Path) -> None:
    for form in ("p.yaml", "p.py"):
        assert corpusmith("pipeline", "run", form, "--data", "in.jsonl", "--out", f"out-{form}").code == 0
    manifests = [json.loads((place / f"out-{form}" / "manifest.json").read_bytes()) for form in ("p.yaml", "p.py")]
    assert manifests[0]["pipeline_sha256"] == manifests[1]["pipeline_sha256"]
    assert shard(place / "out-p.yaml") == shard(place / "out-p.py") == b'{"text":"a b c"}\n'


def test_a_class_is_checked_and_shown_like_a_file(corpusmith: Any, place: Path) -> None:
    checked = corpusmith("pipeline", "check", "p.py", "--data", "in.jsonl", "--json")
    assert (checked.code, checked.json()["problems"]) == (0, [])
    assert Pipeline.from_yaml(corpusmith("pipeline", "show", "p.py").out).hash == Pipeline.from_yaml(YAML).hash
    shown = corpusmith("pipeline", "show", "p.yaml", "--python").out
    assert "class ShortTexts(Module" in shown
    (place / "again.py").write_text(shown, encoding="utf-8")
    assert (
        corpusmith("pipeline", "check", "again.py", "--json").json()["pipeline_sha256"] == Pipeline.from_yaml(YAML).hash
    )


def test_all_problems_of_a_class_come_at_once(corpusmith: Any, place: Path) -> None:
    (place / "p.py").write_text(PYTHON.replace("min=3", "minimum=3").replace("exact_duplicates", "exact_duplicate"))
    said = " ".join(corpusmith("pipeline", "check", "p.py").out.split())
    assert "`minimum`" in said
    assert "Did you mean `exact_duplicates`?" in said


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\n", "holds no modules"),
        (PYTHON + "\n\nclass More(Short):\n    pass\n", "holds 2 modules"),
        ("import nowhere_to_be_found\n", "cannot be loaded"),
        (PYTHON.replace("self) -> None", "self, more) -> None"), "cannot be made"),
        (PYTHON.replace("self.short(rows)", "self.short(rows if rows else rows)"), "before any row is read"),
    ],
)
def test_a_python_file_that_is_no_pipeline_is_refused(corpusmith: Any, place: Path, source: str, message: str) -> None:
    (place / "p.py").write_text(source, encoding="utf-8")
    ended = corpusmith("pipeline", "check", "p.py")
    assert ended.code == 2
    assert message in ended.said
    assert "Traceback" not in ended.err


def test_a_file_can_say_which_of_its_modules_is_the_pipeline(corpusmith: Any, place: Path) -> None:
    more = "\n\nclass More(Short, seed=3):\n    pass\n\n\nPIPELINE = More()\n"
    (place / "p.py").write_text(PYTHON + more, encoding="utf-8")
    assert "seed: 3" in corpusmith("pipeline", "show", "p.py").out


def test_locks_stand_in_files_of_ones_own_only(corpusmith: Any, place: Path) -> None:
    for named in ("p.py", "clean-text"):
        ended = corpusmith("pipeline", "check", named, "--relock")
        assert (ended.code, "cannot be locked" in ended.said) == (2, True)
    assert (place / "p.py").read_text() == PYTHON


def test_the_shipped_pipelines_are_listed(corpusmith: Any) -> None:
    listed = corpusmith("pipeline", "list", "--json").json()
    assert len(listed) >= 6
    (clean,) = [each for each in listed if each["name"] == "clean-text"]
    assert (clean["sources"], clean["needs"], clean["steps"]) == (["rows"], [], 9)
    out = corpusmith("pipeline", "list").out
    assert all(each["name"] in out for each in listed)
    assert max(map(len, out.splitlines())) <= 80


def test_a_shipped_pipeline_runs_by_name_and_an_unknown_name_gets_the_nearest(corpusmith: Any, place: Path) -> None:
    ended = corpusmith("pipeline", "run", "deduplicate-text", "--data", "in.jsonl", "--out", "out", "--format", "jsonl")
    assert ended.code == 0
    assert shard(place / "out") == b'{"text":"a b c"}\n{"text":"a"}\n'
    manifest = json.loads((place / "out" / "manifest.json").read_bytes())
    assert manifest["command"].endswith("run deduplicate-text --data=in.jsonl --out=out --format=jsonl")
    assert all("@" in operator for operator in manifest["operators"])
    again = corpusmith("pipeline", "run", "out/pipeline.yaml", "--data", "in.jsonl", "--out", "again")
    assert again.code == 0
    assert shard(place / "again") == shard(place / "out")
    unknown = corpusmith("pipeline", "check", "deduplicate-txt")
    assert (unknown.code, "Did you mean `deduplicate-text`?" in unknown.said) == (2, True)


def test_a_file_comes_before_a_shipped_name(corpusmith: Any, place: Path) -> None:
    (place / "clean-text").write_text(YAML, encoding="utf-8")
    assert "name: short texts" in corpusmith("pipeline", "show", "clean-text").out


def test_inline_rows_need_no_data(corpusmith: Any, place: Path) -> None:
    (place / "p.yaml").write_text(INLINE, encoding="utf-8")
    ended = corpusmith("pipeline", "run", "p.yaml", "--out", "out")
    assert ended.code == 0
    assert [json.loads(line)["word_count"] for line in shard(place / "out").splitlines()] == [2, 1]
    refused = corpusmith("pipeline", "run", "p.yaml", "--data", "in.jsonl", "--out", "more")
    assert (refused.code, "brings its own rows" in refused.said) == (2, True)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--engine", "spark"], "Use one of: local, ray"),
        (["--ray-address", "auto"], "is for --engine ray"),
        (["--format", "xls"], "--format cannot be `xls`. Use one of: parquet, jsonl"),
        (["--shard-size", "nonsense"], "--shard-size cannot be `nonsense`. Write a number and its unit"),
        (["--shard-size", "0"], "--shard-size cannot be `0`"),
        (["--workers", "0"], "Invalid value for '--workers': it should be at least 1. See: corpusmith pipeline run"),
        (["--formt", "jsonl"], "No such option: --formt"),
    ],
)
def test_flags_that_do_not_fit_are_refused_before_anything_is_written(
    corpusmith: Any, place: Path, flags: list[str], message: str
) -> None:
    ended = corpusmith("pipeline", "run", "p.yaml", "--data", "in.jsonl", "--out", "out", *flags)
    assert (ended.code, message in ended.said) == (2, True)
    assert not (place / "out").exists()


@pytest.mark.parametrize(
    "command",
    [
        *(f"pipeline {verb}" for verb in ("run", "check", "draw", "show", "list")),
        *(f"operators {verb}" for verb in ("list", "show", "search", "docs")),
        *("run", "doctor", "serve", "config show"),
    ],
)
def test_help_teaches_with_an_example(corpusmith: Any, command: str) -> None:
    helped = corpusmith(*command.split(), "--help").out
    assert f"Example: corpusmith {command}" in " ".join(helped.split())
    assert max(map(len, helped.splitlines())) <= 80


def test_files_in_which_nothing_stands_are_refused_by_name(corpusmith: Any, place: Path) -> None:
    (place / "none.jsonl").touch()
    ended = corpusmith("pipeline", "run", "p.yaml", "--data", "none.jsonl", "--out", "out")
    assert (ended.code, "There is nothing in none.jsonl." in ended.said) == (2, True)
    assert not (place / "out").exists()


def test_a_pipeline_file_that_is_not_there_is_answered_with_the_nearest(corpusmith: Any, place: Path) -> None:
    (place / "mine.yaml").write_text(INLINE, encoding="utf-8")
    ended = corpusmith("pipeline", "check", "mien.yaml")
    assert (ended.code, ended.said.count("There is no pipeline file mien.yaml. Did you mean `mine.yaml`?")) == (2, 1)
