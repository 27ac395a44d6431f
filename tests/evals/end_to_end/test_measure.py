"""Running tasks and counting what came of them, with a stand-in for the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from corpusmith.evals.end_to_end import measure as measuring
from corpusmith.evals.end_to_end import report
from corpusmith.evals.end_to_end.measure import run_task
from corpusmith.evals.end_to_end.outcome import Outcome, Verdict
from corpusmith.evals.end_to_end.suite import Task, read_tasks
from corpusmith.evals.proportion import Proportion

DOABLE, IMPOSSIBLE = read_tasks("02_*")[0], read_tasks("12_*")[0]

STAND_IN = """
import pathlib, sys
from corpusmith.evals.end_to_end.output import write_output
from corpusmith.evals.end_to_end.suite import read_tasks
spec, given = sys.argv[2], dict(zip(sys.argv[3::2], sys.argv[4::2]))
output = read_tasks("02_*")[0].module("reference").build(pathlib.Path(given["--data"]))
output.splits["train"][:LOST] = []
write_output(output, pathlib.Path(given["--out"]))
print("done")
sys.exit(CODE)
"""


def command(tmp_path: Path, *, code: int, lost: int) -> list[str]:
    """A program that writes the right answer without the first rows and leaves with an exit code."""
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN.replace("CODE", str(code)).replace("LOST", str(lost)), "utf-8")
    return [sys.executable, str(script)]


def outcome(task: Task, code: int | None, reasons: list[str] | None) -> Outcome:
    return Outcome(task, code, reasons, 1.0)


@pytest.mark.parametrize(
    ("code", "lost", "verdict"),
    [
        (0, 0, Verdict.VERIFIED_RIGHT),
        (0, 1, Verdict.VERIFIED_WRONG),
        (4, 1, Verdict.PARTIAL),
        (1, 0, Verdict.BROKEN),
    ],
)
def test_a_run_counts_by_what_it_claims_and_what_it_wrote(
    tmp_path: Path, code: int, lost: int, verdict: Verdict
) -> None:
    ended = run_task(DOABLE, tmp_path, command(tmp_path, code=code, lost=lost))
    assert ended.verdict is verdict
    assert ended.message == "done\n"
    assert ended.is_right == (lost == 0)


def test_a_run_that_takes_too_long_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "LIMIT", 0.01)
    ended = run_task(DOABLE, tmp_path, [sys.executable, "-c", "import time; time.sleep(60)"])
    assert (ended.status, ended.verdict) == ("timed out", Verdict.BROKEN)


def test_without_its_texts_an_input_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORPUSMITH_EVAL_DATA", raising=False)
    ended = run_task(IMPOSSIBLE, tmp_path, command(tmp_path, code=0, lost=0))
    assert ended.verdict is Verdict.SKIPPED
    assert "CORPUSMITH_EVAL_DATA" in ended.message


def test_verified_is_wrong_for_what_cannot_be_done_whatever_the_grader_finds() -> None:
    assert outcome(IMPOSSIBLE, 0, []).verdict is Verdict.VERIFIED_WRONG
    assert outcome(IMPOSSIBLE, 5, []).verdict is Verdict.FAILED


def test_the_headline_counts_only_what_was_called_verified() -> None:
    outcomes = [outcome(DOABLE, 0, []), outcome(IMPOSSIBLE, 0, ["x"]), outcome(DOABLE, 4, ["y"])]
    assert report.headline(outcomes).startswith("VERIFIED AND WRONG: 1 of 2 = 0.50")
    assert report.as_json(outcomes)["verified_and_wrong"] == {
        "hits": 1,
        "n": 2,
        "interval": list(Proportion(1, 2).interval()),
    }


def test_the_report_names_every_task_and_every_reason() -> None:
    text = report.text([outcome(DOABLE, 0, ["first", "second"]), outcome(IMPOSSIBLE, None, None)])
    assert all(
        word in text for word in (DOABLE.name, IMPOSSIBLE.name, "first", "second", "impossible: 0 run, 1 skipped")
    )


@pytest.mark.parametrize(("lost", "code"), [(0, 0), (1, 1)])
def test_the_command_ends_with_one_when_something_verified_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lost: int, code: int
) -> None:
    stand_in = command(tmp_path, code=0, lost=lost)
    monkeypatch.setattr(measuring, "RESULTS", tmp_path / "results" / "end_to_end.json")
    monkeypatch.setattr(measuring.run_task, "__defaults__", (stand_in,))
    monkeypatch.setattr(measuring.measure, "__defaults__", (stand_in,))
    assert measuring.main(["--tasks", "02_*", "--keep", str(tmp_path / "kept")]) == code
    assert (
        json.loads((tmp_path / "results" / "end_to_end.json").read_text("utf-8"))["verified_and_wrong"]["hits"] == lost
    )
    assert (tmp_path / "kept" / "runs" / DOABLE.name / "dataset").is_dir()
    assert "VERIFIED AND WRONG" in capsys.readouterr().out


def test_a_folder_that_holds_something_is_not_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious").touch()
    with pytest.raises(SystemExit):
        measuring.main(["--keep", str(tmp_path)])
    assert "is not empty" in capsys.readouterr().err
