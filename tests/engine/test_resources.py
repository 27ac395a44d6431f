"""Resources: files and folders that parameters name, found beside the pipeline and known by their content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.columns import ResourcePath
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.errors import UserError
from corpusmith.engine.events import StepFinished
from corpusmith.engine.execution.executor import execute
from corpusmith.engine.operator import Drop, Example
from corpusmith.engine.pipeline import Pipeline, Step
from corpusmith.engine.reading import source_of_rows
from corpusmith.engine.registry import Registry
from corpusmith.engine.resources import resource_hash, resource_parameters

EXAMPLE = Example(rows=[], becomes=[])
ROWS = [{"text": "a"}, {"text": "b"}, {"text": "c"}]


@operator(kind="filter", phase="filter", example=EXAMPLE)
def not_listed(
    text: str,
    *,
    words: ResourcePath,
    more: Annotated[ResourcePath | None, Field(description="More words.")] = None,
    plain: str = "",
) -> Drop | None:
    """Drops texts that stand in a file."""
    listed = Path(words).read_text().split() + (Path(more).read_text().split() if more else [])
    return Drop("listed") if text in listed else None


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.add(getattr(not_listed, OPERATOR_ATTRIBUTE))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "words.txt").write_text("a")
    (tmp_path / "p.yaml").write_text(
        "steps: [{id: s, operator: not_listed, params: {words: lists/words.txt}}]", encoding="utf-8"
    )
    return tmp_path


def rows_of(pipeline: Pipeline, registry: Registry, work: Path) -> tuple[list[str], bool]:
    """What is kept, and whether the step was found done."""
    events: list[Any] = []
    execution = execute(pipeline, {"rows": source_of_rows(ROWS)}, registry, work, events.append)
    kept = [row["text"] for batch in execution.tables["rows"].batches() for row in batch.to_pylist()]
    return kept, next(event.reused for event in events if isinstance(event, StepFinished))


def test_the_annotation_marks_a_resource_also_where_there_may_be_none() -> None:
    made = getattr(not_listed, OPERATOR_ATTRIBUTE)
    assert resource_parameters(made.params) == ["words", "more"]


def test_a_path_counts_from_the_folder_of_the_pipeline_and_never_becomes_absolute(
    folder: Path, registry: Registry, tmp_path: Path
) -> None:
    pipeline = Pipeline.from_file(folder / "p.yaml")
    locked = pipeline.locked(registry)
    assert rows_of(locked, registry, tmp_path / "work") == (["b", "c"], False)
    assert locked.steps[0].resources == {"words": hashlib.sha256(b"a").hexdigest()}
    assert str(tmp_path) not in locked.to_yaml()
    again = Pipeline.from_yaml(locked.to_yaml())
    assert again == locked
    assert again.hash == locked.hash


def test_the_same_pipeline_in_another_folder_finds_its_own_file(
    folder: Path, registry: Registry, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    (other / "lists").mkdir(parents=True)
    (other / "lists" / "words.txt").write_text("a")
    here, there = Pipeline.from_file(folder / "p.yaml"), Pipeline.from_file(folder / "p.yaml").in_folder(other)
    assert rows_of(here, registry, tmp_path / "work")[1] is False
    assert rows_of(there, registry, tmp_path / "work") == (["b", "c"], True), "equal content is an equal resource"


def test_a_changed_file_runs_again_and_is_a_problem_of_a_lock(folder: Path, registry: Registry, tmp_path: Path) -> None:
    pipeline = Pipeline.from_file(folder / "p.yaml")
    locked = pipeline.locked(registry)
    rows_of(pipeline, registry, tmp_path / "work")
    assert rows_of(pipeline, registry, tmp_path / "work")[1] is True
    (folder / "lists" / "words.txt").write_text("b")
    assert rows_of(pipeline, registry, tmp_path / "work") == (["a", "c"], False)
    (problem,) = check_pipeline(locked, registry)
    assert problem.message == (
        "the resource `lists/words.txt` has changed since the pipeline was locked; lock it again."
    )
    assert check_pipeline(locked.locked(registry), registry) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("lists/wrods.txt", "The resource `lists/wrods.txt` does not exist. Did you mean `lists/words.txt`?"),
        ("nowhere/x", "The resource `nowhere/x` does not exist. A relative path counts from the folder"),
    ],
)
def test_a_file_that_is_not_there_is_a_problem_with_the_nearest_name(
    folder: Path, registry: Registry, path: str, message: str
) -> None:
    pipeline = Pipeline(steps=[Step(id="s", operator="not_listed", params={"words": path})]).in_folder(folder)
    (problem,) = check_pipeline(pipeline, registry)
    assert message in problem.message
    assert str(folder) not in problem.message
    with pytest.raises(UserError, match="does not exist"):
        pipeline.locked(registry)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(folder: Path, registry: Registry) -> None:
    (folder / "lists" / "words.txt").chmod(0)
    (problem,) = check_pipeline(Pipeline.from_file(folder / "p.yaml"), registry)
    assert "cannot be read: Permission denied" in problem.message


def test_a_hash_of_something_that_is_no_resource_is_a_problem(folder: Path, registry: Registry) -> None:
    pipeline = Pipeline.from_file(folder / "p.yaml")
    step = pipeline.steps[0].model_copy(update={"resources": {"plain": "00"}})
    (problem,) = check_pipeline(pipeline.model_copy(update={"steps": [step]}), registry)
    assert "`resources` names `plain`" in problem.message


def test_a_folder_is_known_by_the_names_and_contents_in_it(tmp_path: Path) -> None:
    def hash_of(files: dict[str, str]) -> str:
        folder = tmp_path / f"{len([*tmp_path.iterdir()])}"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        return resource_hash(folder.name, tmp_path)

    base = {"a": "1", "b/c": "2"}
    hashes = [hash_of(files) for files in (base, base, {"a": "1", "b/c": "3"}, {"a": "1", "b/d": "2"}, {"a1b/c": "2"})]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 4


def test_a_file_that_is_rewritten_with_the_same_length_has_another_hash(tmp_path: Path) -> None:
    file = tmp_path / "words"
    hashes = set()
    for content in ("one", "two"):
        replacement = tmp_path / "new"
        replacement.write_text(content)
        replacement.replace(file)
        hashes.add(resource_hash("words", tmp_path))
    assert hashes == {hashlib.sha256(word).hexdigest() for word in (b"one", b"two")}
