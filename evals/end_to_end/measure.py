"""Runs every task as a person would, grades what comes out, and reports it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from . import report
from .inputs.catalogue import build_input
from .inputs.sources import InputMissing
from .outcome import Outcome, Verdict
from .suite import Task, read_tasks

RESULTS = Path(__file__).resolve().parents[1] / "results" / "end_to_end.json"
COMMAND = (str(Path(sys.executable).parent / "corpusmith"),)
LIMIT = 900.0
"""Seconds after which a run is stopped and counts as broken."""
TAIL = 2000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tasks, print the report and write it to ``evals/results``; 1 when something verified is wrong."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        outcomes = measure(read_tasks(options.tasks), folder, _say)
    _say(f"\n{report.text(outcomes)}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report.as_json(outcomes), indent=2) + "\n", encoding="utf-8")
    return int(any(outcome.verdict is Verdict.VERIFIED_WRONG for outcome in outcomes))


def measure(
    tasks: Sequence[Task], folder: Path, say: Callable[[str], None], command: Sequence[str] = COMMAND
) -> list[Outcome]:
    """Run and grade each task in a folder of its own below ``folder``, with one workspace for all of them."""
    outcomes = []
    for task in tasks:
        outcome = run_task(task, folder, command)
        say(f"{task.name}: {outcome.verdict} ({outcome.seconds:.0f} s)\n")
        outcomes.append(outcome)
    return outcomes


def run_task(task: Task, folder: Path, command: Sequence[str] = COMMAND) -> Outcome:
    """Build the input, run the command line and grade its dataset."""
    try:
        source = build_input(task.input, folder / "inputs")
    except InputMissing as missing:
        return Outcome(task, None, None, 0.0, str(missing))
    out = folder / "runs" / task.name
    began = time.monotonic()
    code, said = _run([*command, "run", str(task.spec), "--data", str(source), "--out", str(out)], folder)
    seconds = time.monotonic() - began
    reasons = ["the run took too long"] if code is None else task.grade(out, source)
    return Outcome(task, code, reasons, seconds, said[-TAIL:])


def _run(command: list[str], folder: Path) -> tuple[int | None, str]:
    """Run a command in ``folder``; return its exit code, none when it took too long, and what it said."""
    command = [*command, "--workspace", str(folder / "workspace")]
    try:
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT
        )
    except subprocess.TimeoutExpired as expired:
        return None, str(expired.output or "")
    return done.returncode, done.stdout


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpusmith.evals.end_to_end", description=__doc__)
    parser.add_argument("--tasks", default="*", metavar="GLOB", help="only tasks whose names match, such as '0[1-4]_*'")
    parser.add_argument("--keep", type=_empty_folder, metavar="DIR", help="keep inputs and runs in this new folder")
    return parser


def _empty_folder(text: str) -> Path:
    folder = Path(text).resolve()
    if folder.exists() and any(folder.iterdir()):
        raise argparse.ArgumentTypeError(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()
