"""Checks a pipeline file, with or without data, and renews its locks when asked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...engine.checking.lint import lint_pipeline
from ...engine.checking.static_check import Problem
from ...engine.columns import columns_of_schema
from ...engine.errors import UserError
from ...engine.pipeline import Pipeline, locked_step
from ...engine.reading import Source
from ...engine.registry import Registry
from ...memory.workspace import Workspace
from .costs import StepCost, costs_of
from .inputs import assign, open_sources
from .loading import load_pipeline
from .locks import relocked_text
from .models import NOTHING_SAID, needs_models
from .validity import problems_of


@dataclass(frozen=True)
class PipelineCheck:
    """What a check found; ``columns`` are those of each source, ``None`` when no data was given."""

    file: Path
    pipeline: Pipeline
    problems: list[Problem]
    warnings: list[Problem]
    """What can run and will hardly do what is meant."""
    columns: Mapping[str, Mapping[str, str]] | None
    relocked: bool
    can_hold_locks: bool
    """Whether the file is one that ``--relock`` can write."""
    costs: list[StepCost]
    """What the steps that ask a model will ask for."""

    def as_json(self) -> dict[str, Any]:
        """Return the check as JSON."""
        return {
            "file": str(self.file),
            "pipeline": self.pipeline.name,
            "pipeline_sha256": self.pipeline.hash,
            "steps": len(self.pipeline.steps),
            "problems": [{"step": problem.step, "message": problem.message} for problem in self.problems],
            "warnings": [{"step": warning.step, "message": warning.message} for warning in self.warnings],
            "columns": self.columns,
            "relocked": self.relocked,
            "costs": [cost._asdict() for cost in self.costs],
        }


def check_file(
    file: Path, data: Sequence[Path], registry: Registry, workspace: Workspace, *, relock: bool
) -> PipelineCheck:
    """Check a pipeline file and return what was found.

    With ``relock`` the locks are renewed first, and the file is written when no other problem is left. Raises
    ``UserError`` for a file that holds no pipeline, data that cannot be read, and a file that cannot be written.
    """
    loaded = load_pipeline(file, registry)
    can_hold_locks = not (loaded.is_python or loaded.shipped)
    if relock and not can_hold_locks:
        raise UserError(
            f"{file} cannot be locked.", "Locks stand in YAML files of your own; a run locks what it runs anyway."
        )
    pipeline = loaded.pipeline
    sources = open_sources(assign(data, pipeline), 1.0) if data or not pipeline.given_sources else None
    if relock:
        pipeline = _relocked(pipeline, registry)
    problems = problems_of(pipeline, registry, sources)
    if relock and not problems:
        _write(file, relocked_text(file.read_text(encoding="utf-8"), pipeline))
    costs = []
    if needs_models(pipeline, registry):
        costs = costs_of(pipeline, registry, sources, NOTHING_SAID.config(workspace.root, pipeline))
    warnings = lint_pipeline(pipeline, registry)
    return PipelineCheck(
        file, pipeline, problems, warnings, _columns(sources), relock and not problems, can_hold_locks, costs
    )


def _relocked(pipeline: Pipeline, registry: Registry) -> Pipeline:
    """The pipeline with the locks of the operators that there are; the others are problems of their own."""
    steps = [
        locked_step(step, registry, pipeline.folder) if step.operator in registry else step for step in pipeline.steps
    ]
    return pipeline.model_copy(update={"steps": steps})


def _columns(sources: Mapping[str, Source] | None) -> dict[str, dict[str, str]] | None:
    if sources is None:
        return None
    return {name: {**columns_of_schema(source.schema)} for name, source in sources.items()}


def _write(file: Path, text: str) -> None:
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UserError(f"Cannot write {file}.", str(error), "Check its permissions.") from error
