"""The engine's steps behind the real walls: the same rows as in process, whatever the code does to its pipes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.engine.isolation.isolated_step import IsolatedStep
from corpusmith.engine.isolation.isolated_worker import Caps, learn
from corpusmith.engine.isolation.wall import Wall
from corpusmith.engine.pipeline import Step
from corpusmith.sandbox.launch.job import Job, Launch, Tier
from corpusmith.sandbox.launch.staging import Staging
from corpusmith.sandbox.limits import Limits
from corpusmith.sandbox.opening import OpenSandbox
from corpusmith.sandbox.supervision.tree import processes_below
from corpusmith.sandbox.trial import Trial, run_trial

SOURCE = '''
from corpusmith.engine.declare import operator
from corpusmith.engine.operator import Example
import ctypes
@operator(kind="refine", phase="repair", example=Example(rows=[], becomes=[]))
def act(text: str) -> str:
    """Shouts, or attacks."""
    if text == "attack":
        ctypes.CDLL(None).ptrace(0, 0, 0, 0)
    return text.upper()
'''
LIMITS = Limits(memory_bytes=600 << 20, disk_bytes=16 << 20, files=500, tasks=64)


def wall_of(tier: Tier) -> Wall:
    return OpenSandbox(tier, LIMITS).wall


def step_of(tier: Tier, batch: pa.RecordBatch) -> IsolatedStep:
    sandbox = OpenSandbox(tier, LIMITS)
    operator = learn(SOURCE, sandbox.wall).operator()
    context = Context(step="one", services={"sandbox": sandbox})
    return IsolatedStep(Step(id="one", operator=operator.name), operator, batch.schema, context)


def batch_of(*texts: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({ROW_ID: [f"a:{number}" for number in range(len(texts))], "text": list(texts)})


HOSTILE = {
    "dies": ("os._exit(3)", "ended with code 3"),
    "hangs": ("time.sleep(100)", "took too long"),
    "fills the disk": (
        "[open(f'/{os.environ[\"TMPDIR\"]}/{n}', 'wb').write(b'x' * (9 << 20)) for n in (1, 2)]; time.sleep(100)",
        "MB",
    ),
    "attacks": ("import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)", "only an attack makes"),
    "closes its pipes": ("[os.close(end) for end in ends]; time.sleep(100)", "closed its pipe"),
    "floods its pipe": ("while True: os.write(ends[1], b'\\xff' * 65536)", "are allowed"),
    "answers rubbish": ("os.write(ends[1], (4).to_bytes(8, 'little') + b'what'); time.sleep(100)", "did not say"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_code_that_misbehaves_when_it_is_loaded_is_refused_with_the_reason(name: str, tier: Tier) -> None:
    attack, words = HOSTILE[name]
    caps = Caps(start_seconds=3.0) if name == "hangs" else Caps(answer_bytes=1 << 20)
    with pytest.raises(UserError, match=words):
        learn(f"import os, sys, time; ends = [int(end) for end in sys.argv[1:]]\n{attack}", wall_of(tier), caps)


def test_a_row_that_costs_its_worker_costs_no_other_row(tier: Tier) -> None:
    batch = batch_of("a", "attack")
    step = step_of(tier, batch)
    outcomes = list(step.apply(batch))
    step.close()
    quarantined = [ended for outcome in outcomes for ended in outcome.quarantined]
    assert [row["text"] for outcome in outcomes for row in outcome.batch.to_pylist()] == ["A"]
    assert [row for row, _ in quarantined] == ["a:1"]
    assert "only an attack makes" in quarantined[0][1]


class Broken:
    """A tier whose command cannot start anything."""

    name = "broken"

    def __init__(self, tier: Tier, command: list[str]) -> None:
        self._tier, self._command = tier, command

    def launch(self, job: Job, staging: Staging) -> Launch:
        return replace(self._tier.launch(job, staging), command=self._command)


BROKEN = {
    "is missing": ["/nowhere/bwrap"],
    "is refused": ["/bin/sh", "-c", "echo No permissions to create new namespace >&2; exit 1"],
    "hangs up": ["/bin/true"],
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_sandbox_that_fails_is_no_fault_of_the_code(name: str, tier: Tier, tmp_path: Path) -> None:
    broken = Broken(tier, BROKEN[name])
    assert run_trial(broken, Trial("pass"), tmp_path).ending.outcome == "infrastructure"
    with pytest.raises(UserError, match="The sandbox failed"):
        learn(SOURCE, wall_of(broken))


def test_no_room_for_temporary_files_is_said(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(UserError, match="cannot be made: No such file"):
        learn(SOURCE, wall_of(tier))


def test_a_worker_that_is_closed_is_gone(tier: Tier) -> None:
    step = step_of(tier, batch_of("a"))
    assert step._worker is not None
    process = step._worker._process
    assert process.ending(0) is None
    step.close()
    assert process.ending(0) == "stopped"


PARENT = """
import sys, time
from pathlib import Path
from corpusmith.sandbox.tiers import TIERS
from corpusmith.sandbox.limits import Limits
from corpusmith.sandbox.trial import RunningTrial, Trial
script = '''
import os, time
for _ in range(2):
    try:
        if os.fork() == 0: os.setsid()
    except OSError: pass
while True: time.sleep(1)'''
running = RunningTrial(TIERS[sys.argv[1]], Trial(script, limits=Limits(seconds=None)), Path(sys.argv[2]))
while not running._supervisor._peak: time.sleep(0.01)
print("started", flush=True)
time.sleep(100)
"""


def test_nothing_survives_the_death_of_our_process(tier: Tier, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        command = [sys.executable, "-c", PARENT, tier.name, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": folder}) as ours:
            assert ours.stdout is not None
            try:
                assert ours.stdout.readline() == b"started\n"
                tree = [found for found in processes_below(ours.pid) if found != ours.pid]
            finally:
                ours.kill()
        assert len(tree) >= 1
        assert eventually(lambda: not any(is_alive(process) for process in tree))


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(holds: Callable[[], Any]) -> bool:
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.02)
    return False
