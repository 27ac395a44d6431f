"""The verifier as a real child process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpusmith.tools.verification.process import main, verify
from corpusmith.tools.verification.request import VerificationResult
from corpusmith.tools.verification.status import status_of

from .conftest import EVERYTHING, MakeRun

WHOLE = [("train", 0, {}), ("train", 1, {}), ("test", 2, {}), ("test", 3, {})]


def test_a_good_run_is_verified_in_a_process_of_its_own(make_run: MakeRun) -> None:
    result = verify(make_run(WHOLE))
    assert [one.criterion for one in result.results] == [one.id for one in EVERYTHING.criteria]
    assert status_of(EVERYTHING, result.results) == "verified"


def test_paths_may_be_relative_to_the_callers_folder(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    request = make_run(WHOLE)
    monkeypatch.chdir(request.out.parent)
    paths = {"out": Path("out"), "data": [Path("in.jsonl")], "lineage": Path("lineage.parquet")}
    assert status_of(EVERYTHING, verify(request.model_copy(update=paths)).results) == "verified"


def test_a_changed_cell_fails_the_run_with_its_evidence(make_run: MakeRun) -> None:
    result = verify(make_run([("train", 0, {"text": "Another text for ann@example.org."})]))
    assert status_of(EVERYTHING, result.results) == "failed"
    untouched = next(one for one in result.results if one.criterion == "7-untouched_columns")
    assert "`text` in 1 of 1 row" in untouched.evidence
    assert "ann@example.org" not in result.model_dump_json()


def test_a_broken_output_leaves_every_check_unverified_with_the_reason(make_run: MakeRun) -> None:
    request = make_run(WHOLE)
    next((request.out / "dataset" / "data").glob("train-*")).write_bytes(b"PAR1 and nothing else")
    result = verify(request)
    assert {one.outcome for one in result.results} == {"unverified"}
    assert len(result.results) == len(EVERYTHING.criteria)
    assert all("cannot be read" in one.evidence for one in result.results)
    assert status_of(EVERYTHING, result.results) == "partial"


def test_a_missing_output_or_input_leaves_every_check_unverified(make_run: MakeRun, tmp_path: Path) -> None:
    request = make_run(WHOLE)
    for gone in ({"out": tmp_path / "nowhere"}, {"data": [tmp_path / "nowhere"]}, {"lineage": tmp_path / "nowhere"}):
        result = verify(request.model_copy(update=gone))
        assert {one.outcome for one in result.results} == {"unverified"}


def test_a_verifier_that_takes_too_long_verifies_nothing(make_run: MakeRun) -> None:
    result = verify(make_run(WHOLE), timeout_s=0.01)
    assert {(one.outcome, one.evidence) for one in result.results} == {
        ("unverified", "the verifier took longer than 0.01 seconds")
    }


def test_a_verifier_that_crashes_verifies_nothing(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    result = verify(make_run(WHOLE))
    assert {(one.outcome, one.evidence) for one in result.results} == {("unverified", "the verifier ended with code 1")}


def test_a_verifier_that_leaves_no_result_verifies_nothing(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")
    assert {one.outcome for one in verify(make_run(WHOLE)).results} == {"unverified"}


def test_a_result_for_another_contract_is_not_believed(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = VerificationResult(
        contract_hash="another",
        results=[{"criterion": one.id, "outcome": "passed", "evidence": ""} for one in EVERYTHING.criteria],
    )
    (tmp_path / "answer.json").write_text(answer.model_dump_json())
    impostor = tmp_path / "impostor"
    impostor.write_text(f'#!/bin/sh\nfor last; do :; done\ncp {tmp_path}/answer.json "$last"\n')
    impostor.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(impostor))
    result = verify(make_run(WHOLE))
    assert {(one.outcome, one.evidence) for one in result.results} == {
        ("unverified", "the verifier answered for another contract")
    }


def test_the_child_imports_nothing_from_the_callers_folder_and_sees_no_keys(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "pyarrow.py").write_text("raise SystemExit('imported from the working folder')")
    monkeypatch.chdir(trap)
    monkeypatch.setenv("PYTHONPATH", str(trap))
    monkeypatch.setenv("PYTHONSTARTUP", str(trap / "pyarrow.py"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert status_of(EVERYTHING, verify(make_run(WHOLE)).results) == "verified"


def test_the_command_writes_its_result_whole_and_refuses_a_wrong_call(
    make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request, result = tmp_path / "request.json", tmp_path / "result.json"
    request.write_text(make_run(WHOLE).model_dump_json())
    assert main([str(request), str(result)]) == 0
    assert VerificationResult.model_validate_json(result.read_text()).contract_hash == EVERYTHING.hash
    assert not list(tmp_path.glob("*.partial"))
    assert main([]) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_module_runs_as_a_command(make_run: MakeRun, tmp_path: Path) -> None:
    request, result = tmp_path / "request.json", tmp_path / "result.json"
    request.write_text(make_run(WHOLE).model_dump_json())
    command = [sys.executable, "-m", "corpusmith.tools.verification", str(request), str(result)]
    subprocess.run(command, check=True, env=dict(os.environ))
    assert VerificationResult.model_validate_json(result.read_text()).contract_hash == EVERYTHING.hash
