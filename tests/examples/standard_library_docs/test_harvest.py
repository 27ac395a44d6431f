"""The first example's input: real rows, the same ones every time, and nothing imported to get them."""

from __future__ import annotations

import collections
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "examples/standard_library_docs/harvest.py"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a person does, with every Python warning an error."""
    command = [sys.executable, "-W", "error", str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("harvest") / "deep" / "input.jsonl"
    done = run(str(out))
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture
def harvest() -> ModuleType:
    spec = importlib.util.spec_from_file_location("harvest", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["harvest"] = module
    spec.loader.exec_module(module)
    return module


def test_the_rows_are_the_same_every_time(harvested: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.jsonl"
    assert run(str(again), PYTHONHASHSEED="1", LC_ALL="C").returncode == 0
    assert again.read_bytes() == harvested.read_bytes()


def test_every_row_has_the_columns_and_a_known_kind(harvested: Path) -> None:
    rows = read(harvested)
    assert all(list(row) == ["id", "module", "kind", "text", "lines"] for row in rows)
    assert {row["kind"] for row in rows} == {"module", "class", "function", "topic", "comment"}
    assert all(row["id"].split(":")[0].split("#")[0] == row["module"] for row in rows)
    assert all(row["lines"] == row["text"].count("\n") + 1 for row in rows)


def test_the_mess_that_the_spec_speaks_of_is_there(harvested: Path) -> None:
    rows = read(harvested)
    lengths = [len(row["text"].split()) for row in rows]
    texts = collections.Counter(row["text"] for row in rows)
    assert sum(20 <= length <= 2000 for length in lengths) > 2200
    assert sum(length < 20 for length in lengths) > 1000
    assert any(length > 2000 for length in lengths)
    assert len(rows) - len(texts) > 50
    assert len({row["id"] for row in rows}) < len(rows)
    assert sum(bool(re.search(r"\w@\w+\.\w", row["text"])) for row in rows) > 20
    assert any("http" in row["text"] for row in rows)
    assert any(re.search(r"\b(TODO|FIXME|XXX)\b", row["text"]) for row in rows)


def test_private_names_tests_and_other_peoples_code_are_left_out(harvested: Path) -> None:
    for row in read(harvested):
        name = row["id"].partition(":")[2]
        assert row["kind"] == "topic" or not any(part.startswith("_") for part in name.split("."))
        assert not {"test", "tests", "idle_test"} & set(row["module"].split(".")[:-1])
        assert row["module"].split(".")[0] in sys.stdlib_module_names


def test_files_are_parsed_and_never_imported(harvest: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "__init__.py").write_text('"""Reads JSON."""\nraise RuntimeError("imported")\n')
    (tmp_path / "csv.py").write_text("def broken(:\n")
    (tmp_path / "somebody_elses.py").write_text('"""Not of the library."""\n')
    assert [(row.id, row.text) for row in harvest.rows_of_library(tmp_path)] == [("json", "Reads JSON.")]


def test_definitions_come_in_source_order_with_their_raw_text(harvest: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "csv.py").write_text(
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# By A. Writer\n#   <a@writer.example>\n#\n\n"
        'class Reader:\n    """Reads.\n\n        Lines.  """\n'
        '    def read(self):\n        "One line."\n        def inner():\n            "Not public."\n'
        '    def _hidden(self):\n        "Not public."\n'
        'try:\n    pass\nexcept ImportError:\n    def read():\n        "Fallback."\n'
    )
    rows = [(row.id, row.kind, row.text) for row in harvest.rows_of_library(tmp_path)]
    assert rows == [
        ("csv#head", "comment", " By A. Writer\n   <a@writer.example>\n"),
        ("csv:Reader", "class", "Reads.\n\n        Lines.  "),
        ("csv:Reader.read", "function", "One line."),
        ("csv:read", "function", "Fallback."),
    ]


def test_a_wrong_call_is_answered_with_the_usage() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (2, "usage: python harvest.py OUT.jsonl\n")
