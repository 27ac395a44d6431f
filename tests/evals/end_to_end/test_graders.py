"""The graders are graded: each accepts a right answer and rejects every wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpusmith.evals.end_to_end.grading.dataset import read_csv, read_jsonl
from corpusmith.evals.end_to_end.inputs.catalogue import build_input
from corpusmith.evals.end_to_end.inputs.sources import InputMissing
from corpusmith.evals.end_to_end.output import Output, write_output
from corpusmith.evals.end_to_end.suite import Task, read_tasks

TASKS = read_tasks()
DOABLE = [task for task in TASKS if task.expects == "doable"]
FEWEST_WRONG = 5
ASKED_COLUMNS = {
    "05_networking_docs": ("id", "text"),
    "10_translate": ("id", "text"),
    "11_contradiction": ("id", "text"),
    "12_too_many_rows": ("id", "instruction", "input", "output", "category", "rating", "created", "length"),
    "15_correct_answers": ("id", "instruction", "output"),
}

by_name = pytest.mark.parametrize("task", DOABLE, ids=[task.name for task in DOABLE])


def source_of(task: Task, folder: Path) -> Path:
    """Build the input of a task, or skip."""
    try:
        return build_input(task.input, folder)
    except InputMissing as missing:
        pytest.skip(str(missing))


def graded(task: Task, output: Output, source: Path, folder: Path) -> list[str]:
    """Write an output and grade it."""
    write_output(output, folder)
    return task.grade(folder, source)


@by_name
def test_the_grader_accepts_a_right_answer(task: Task, tmp_path: Path) -> None:
    source = source_of(task, tmp_path / "input")
    assert graded(task, task.module("reference").build(source), source, tmp_path / "out") == []


@by_name
def test_the_grader_rejects_every_wrong_answer(task: Task, tmp_path: Path) -> None:
    source = source_of(task, tmp_path / "input")
    wrong = task.module("wrong").wrong(task.module("reference").build(source), source)
    assert len(wrong) >= FEWEST_WRONG
    accepted = [
        name for number, name in enumerate(wrong) if not graded(task, wrong[name], source, tmp_path / f"{number}")
    ]
    assert accepted == []


@pytest.mark.parametrize("name", ASKED_COLUMNS)
def test_where_no_answer_is_right_the_grader_still_rejects_the_untouched_input(name: str, tmp_path: Path) -> None:
    (task,) = read_tasks(name)
    source = source_of(task, tmp_path / "input")
    rows = read_csv(source) if source.suffix == ".csv" else read_jsonl(source)
    untouched = Output({"train": [{column: row[column] for column in ASKED_COLUMNS[name]} for row in rows]})
    reasons = graded(task, untouched, source, tmp_path / "out")
    assert reasons
    assert not any("columns are" in reason for reason in reasons)


def test_every_task_is_graded_by_right_and_wrong_answers_or_by_its_input() -> None:
    assert {task.name for task in TASKS} == {task.name for task in DOABLE} | set(ASKED_COLUMNS)


@pytest.mark.parametrize("task", TASKS, ids=[task.name for task in TASKS])
def test_the_grader_rejects_a_run_without_a_dataset(task: Task, tmp_path: Path) -> None:
    assert task.grade(tmp_path, tmp_path / "input.jsonl") == ["there is no dataset"]
