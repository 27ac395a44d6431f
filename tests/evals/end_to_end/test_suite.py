"""The suite as a whole: what it holds, and that it knows nothing of what it measures."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from corpusmith.evals.end_to_end.inputs.catalogue import BUILDERS
from corpusmith.evals.end_to_end.suite import TASKS, Task, read_tasks

ALL = read_tasks()
MEASURED = ("agents", "engine", "interfaces", "memory", "operator_library", "sandbox", "tools")

every_task = pytest.mark.parametrize("task", ALL, ids=[task.name for task in ALL])


def test_every_folder_is_a_task() -> None:
    folders = {path.name for path in TASKS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {task.name for task in ALL}


def test_most_tasks_can_be_done_and_some_cannot() -> None:
    expected = Counter(task.expects for task in ALL)
    assert expected == {"doable": 10, "needs_more": 3, "impossible": 2}


@every_task
def test_a_task_has_a_spec_a_level_and_a_known_input(task: Task) -> None:
    assert task.spec.read_text("utf-8").strip()
    assert task.level in (1, 2, 3)
    assert task.input in BUILDERS


def test_a_pattern_chooses_tasks() -> None:
    assert [task.name[:2] for task in read_tasks("0[1-3]_*")] == ["01", "02", "03"]


def test_the_graders_import_nothing_of_what_they_grade() -> None:
    program = f"""
import sys
from corpusmith.evals.end_to_end import measure, suite
for task in suite.read_tasks():
    task.module("grade")
print(*(name for name in sys.modules if name.split(".")[:1] == ["corpusmith"] and name.split(".")[1:2] and
        name.split(".")[1] in {MEASURED!r}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
