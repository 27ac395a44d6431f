"""``corpusmith run`` on input that cannot be used: one clear panel, exit code 2, and nothing lost."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from corpusmith.tools.run_folder import claimed

from .conftest import Command

SPEC = "English only. At least 3 words per text."


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    rows = [{"id": i, "text": f"This is document number {i}, written in plain English for a test."} for i in range(30)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_missing_file_is_named_with_its_nearest_neighbour(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    ended = corpusmith("run", SPEC, "--data", tmp_path / "doc.jsonl", "--out", tmp_path / "out")
    assert ended.code == 2
    assert "docs.jsonl" in ended.said
    assert "Traceback" not in ended.said


def test_a_folder_without_data_is_refused(corpusmith: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = corpusmith("run", SPEC, "--data", tmp_path / "empty", "--out", tmp_path / "out")
    assert ended.code == 2
    assert "empty" in ended.said


def test_an_empty_file_is_refused(corpusmith: Command, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()
    ended = corpusmith("run", SPEC, "--data", tmp_path / "none.jsonl", "--out", tmp_path / "out")
    assert ended.code == 2
    assert "no rows" in ended.said


@pytest.mark.parametrize("spec", ["", "  \n\t"])
def test_an_empty_spec_is_refused(corpusmith: Command, docs: Path, tmp_path: Path, spec: str) -> None:
    ended = corpusmith("run", spec, "--data", docs, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "spec is empty" in ended.said


def test_a_spec_of_a_megabyte_is_refused(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.md"
    long.write_text("English only. " * 80_000)
    ended = corpusmith("run", long, "--data", docs, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "too long" in ended.said


def test_a_spec_file_that_is_not_there_is_not_taken_for_text(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    (tmp_path / "spec.md").write_text(SPEC)
    ended = corpusmith("run", tmp_path / "spek.md", "--data", docs, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "spec.md" in ended.said


def test_a_folder_that_holds_something_else_is_refused_without_force(
    corpusmith: Command, docs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    assert corpusmith("run", SPEC, "--data", docs, "--out", out).code == 2
    assert corpusmith("run", SPEC, "--data", docs, "--out", out, "--force").code == 0
    assert (out / "thesis.txt").read_text() == "years of work"


def test_an_output_folder_over_the_input_is_refused(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    ended = corpusmith("run", SPEC, "--data", docs, "--out", tmp_path, "--force")
    assert ended.code == 2
    assert docs.exists()


def test_a_column_that_is_not_there_is_named_with_the_nearest(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    ended = corpusmith("run", "The `texte` column must not be empty.", "--data", docs, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "`text`" in ended.said


@pytest.mark.parametrize(("flag", "value"), [("--approve", "maybe"), ("--on-ambiguity", "guess")])
def test_an_unknown_policy_is_refused_with_the_known_ones(
    corpusmith: Command, docs: Path, tmp_path: Path, flag: str, value: str
) -> None:
    ended = corpusmith("run", SPEC, "--data", docs, "--out", tmp_path / "out", flag, value)
    assert ended.code == 2
    assert value in ended.said


def test_a_broken_line_is_quarantined_with_its_number(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    lines = docs.read_text().splitlines()
    lines[6] = '{"id": 7, "text": '
    docs.write_text("\n".join(lines) + "\n")
    ended = corpusmith("run", SPEC, "--data", docs, "--out", tmp_path / "out")
    assert ended.code == 0
    quarantined = [json.loads(line) for line in (tmp_path / "out" / "quarantine.jsonl").read_text().splitlines()]
    assert [(row["row"], row["step"]) for row in quarantined] == [("rows:docs.jsonl:7", "read")]


def test_too_many_broken_lines_stop_the_run(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    docs.write_text(docs.read_text() + "{broken\n" * 5)
    ended = corpusmith("run", SPEC, "--data", docs, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "31" in ended.said
    assert corpusmith("run", SPEC, "--data", docs, "--out", tmp_path / "out", "--max-bad-share", "0.5").code == 0


def test_a_full_disk_is_said_and_the_same_command_goes_on_once_there_is_room(
    corpusmith_process: Command, docs: Path, tmp_path: Path
) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o"]
    if subprocess.run([*mount, "size=200k", "tmpfs", str(place)], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        full = corpusmith_process("run", SPEC, "--data", docs, "--out", place / "out")
        assert full.code == 2
        assert "no space left" in full.said
        subprocess.run([*mount, "remount,size=50M", "tmpfs", str(place)], check=True)
        assert corpusmith_process("run", SPEC, "--data", docs, "--out", place / "out").code == 0
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_two_runs_in_one_folder_at_once_are_refused(corpusmith: Command, docs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with claimed(tmp_path / "out", "another", [docs], force=False):
        ended = corpusmith("run", SPEC, "--data", docs, "--out", tmp_path / "out", "--force")
    assert ended.code == 2
    assert "worked on by process" in ended.said
