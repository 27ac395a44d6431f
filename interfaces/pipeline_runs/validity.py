"""Whether a pipeline can run: all problems together, and a pipeline with every step locked when there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...engine.checking.static_check import Problem, check_pipeline
from ...engine.errors import UserError
from ...engine.pipeline import Pipeline
from ...engine.reading import Source
from ...engine.registry import Registry


def problems_of(pipeline: Pipeline, registry: Registry, sources: Mapping[str, Source] | None = None) -> list[Problem]:
    """Return all problems; without ``sources`` those of columns and types are not looked for."""
    schemas = {name: source.schema for name, source in sources.items()} if sources is not None else None
    return check_pipeline(pipeline, registry, schemas)


def runnable(pipeline: Pipeline, registry: Registry, sources: Mapping[str, Source]) -> Pipeline:
    """Return the pipeline with every step locked; raises one ``UserError`` that lists all problems."""
    problems = problems_of(pipeline, registry, sources)
    if problems:
        raise UserError(f"The pipeline `{pipeline.name}` cannot run.", listed(problems), _fix(pipeline))
    return pipeline.locked(registry)


def listed(problems: Sequence[Problem]) -> str:
    """Return the problems one to a line."""
    return "\n".join(f"- {problem}" for problem in problems)


def _fix(pipeline: Pipeline) -> str:
    relock = " Where only locks are out of date: corpusmith pipeline check FILE --relock"
    return "Mend the pipeline." + (relock if any(step.lock for step in pipeline.steps) else "")
