"""Trials of harmless scripts: what comes back, and how ordinary failures are named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpusmith.sandbox.launch.job import Tier
from corpusmith.sandbox.limits import Limits
from corpusmith.sandbox.opening import OpenSandbox
from corpusmith.sandbox.outcome import Ending
from corpusmith.sandbox.results.collection import Wanted
from corpusmith.sandbox.trial import RunningTrial, Trial, run_trial

PANDAS = """
import pandas as pd
frame = pd.read_csv("in/rows.csv", dtype=str)
frame["length"] = frame["text"].str.len()
frame.to_parquet("out/result.parquet")
with open("out/report.json", "w") as report:
    report.write('{"rows": %d}' % len(frame))
print("done")
"""
PROCESSES = """
import multiprocessing
def square(number): return number * number
with multiprocessing.get_context("fork").Pool(3) as pool:
    assert pool.map(square, range(9)) == [n * n for n in range(9)]
import subprocess, sys
assert subprocess.check_output([sys.executable, "-I", "-c", "print(7)"]) == b"7\\n"
"""
SHARED_MEMORY = """
import threading
from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=1000)
def fill(start): block.buf[start] = 1
threads = [threading.Thread(target=fill, args=(n,)) for n in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
assert bytes(block.buf[:9]) == b"\\1" * 8 + b"\\0"
block.close(); block.unlink()
"""
ASYNC = """
import asyncio, tempfile, threading, polars, pyarrow
async def later(): await asyncio.sleep(0.01); return 3
assert asyncio.run(later()) == 3
with tempfile.TemporaryFile() as f: f.write(b"x")
assert polars.DataFrame({"a": list(range(1000))}).lazy().filter(polars.col("a") > 5).collect().height == 994
"""


def test_a_pandas_job_gives_back_its_results(tier: Tier, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("id,text\n007,abc\n008,é\n")
    (tmp_path / "got").mkdir()
    wanted = Wanted(("result.parquet", "report.json"))
    result = run_trial(tier, Trial(PANDAS, {"rows.csv": rows}, wanted), tmp_path / "got")
    assert (result.ending.outcome, result.ending.stdout, result.tier) == ("ok", b"done\n", tier.name)
    import polars as pl

    frame = pl.read_parquet(result.results["result.parquet"].path)
    assert frame.select("id", "length").rows() == [("007", 3), ("008", 1)]
    assert result.results["report.json"].path.read_text() == '{"rows": 2}'
    assert len(result.results["report.json"].sha256) == 64
    assert result.ending.peak_memory_bytes > 10 << 20


@pytest.mark.parametrize("script", [SHARED_MEMORY, PROCESSES])
def test_processes_and_shared_memory_work_behind_namespaces(script: str, tier: Tier, tmp_path: Path) -> None:
    ending = run_trial(tier, Trial(script), tmp_path).ending
    assert ending.outcome == ("ok" if tier.name == "bubblewrap" else "error"), ending


def test_threads_coroutines_and_temporary_files_work(tier: Tier, tmp_path: Path) -> None:
    assert run_trial(tier, Trial(ASYNC), tmp_path).ending.outcome == "ok"


@pytest.mark.parametrize(
    ("script", "outcome", "detail"),
    [
        ("raise ValueError('no')", "error", "ended with code 1"),
        ("import sys; sys.exit(5)", "error", "ended with code 5"),
        ("import os; os.abort()", "error", "killed by signal 6"),
        ("not python", "error", "ended with code 1"),
        ("x = bytearray(1 << 45)", "out_of_memory", "an allocation was refused"),
    ],
)
def test_a_failure_of_the_script_is_an_error_with_its_traceback(
    script: str, outcome: str, detail: str, assault: Callable[..., Ending]
) -> None:
    ending = assault(script)
    assert ending.outcome == outcome
    assert detail in ending.detail


def test_the_code_has_nothing_of_ours_in_its_environment(
    monkeypatch: pytest.MonkeyPatch, assault: Callable[..., Ending]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "S3CRET")
    monkeypatch.setenv("LD_PRELOAD", "/nowhere/evil.so")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere/evil.py")
    ending = assault("""
        print('S3CRET' in str(os.environ), sorted(os.environ)[:3], [f for f in range(3, 600) if os.path.exists(f'/dev/fd/{f}')])
        print([f for f in range(3, 600) if not C.fcntl(f, 1) == -1])""")
    lines = ending.stdout.decode().splitlines()
    assert lines[0].startswith("False")
    assert "LD_PRELOAD" not in lines[0]
    assert lines[1] == "[]"


def test_a_trial_can_be_stopped(tier: Tier, tmp_path: Path) -> None:
    running = RunningTrial(tier, Trial("while True: pass", limits=Limits(seconds=None)), tmp_path)
    running.stop()
    running.stop()
    assert running.result().ending.detail == "stopped"


def test_a_full_disk_here_is_no_fault_of_the_script(
    tier: Tier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(prefix: str) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    ending = run_trial(tier, Trial("pass"), tmp_path).ending
    assert ending.outcome == "infrastructure"
    assert "No space left" in ending.detail


def test_operators_get_files_back_as_bytes(tier: Tier) -> None:
    sandbox = OpenSandbox(tier, Limits())
    answer = sandbox.run("open('out/a.json', 'w').write(open('in/b').read())", {"b": b"[1]"}, ["a.json"])
    assert (answer.outcome, answer.files) == ("ok", {"a.json": b"[1]"})
    assert sandbox.run("pass", {}, ["a.json"]).outcome == "output"
    with pytest.raises(ValueError, match="plain name"):
        sandbox.run("pass", {}, ["../a.json"])
    with pytest.raises(ValueError, match="plain name"):
        sandbox.run("pass", {"../b": b""}, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to give up")
def test_root_runs_code_as_a_user_that_nobody_is(assault: Callable[..., Ending]) -> None:
    ending = assault("print(os.getuid(), os.getgroups(), open('/proc/self/status').read() if T is None else '')")
    user, groups = ending.stdout.decode().split(" ", 1)
    assert int(user) >= 60000
    assert groups.strip() in ("[]", "[65534]")
