"""``corpusmith pipeline``: list, show, draw and check pipelines, and run them without a spec."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from ...engine.modules import to_python
from ...engine.registry import Registry
from ...memory.workspace import Workspace
from ...operator_library.pipelines.shipped import shipped_pipelines
from ..flags import one_of
from ..pipeline_runs.check import check_file
from ..pipeline_runs.engines import EngineName
from ..pipeline_runs.inputs import assign, open_sources
from ..pipeline_runs.loading import load_pipeline
from ..pipeline_runs.models import ModelFlags
from ..pipeline_runs.request import PipelineRequest
from ..pipeline_runs.run import run_pipeline
from ..rendering.json_lines import both, json_lines
from ..rendering.pipeline_columns import columns_by_step
from ..rendering.pipeline_drawing import DrawingFormat, drawing
from ..rendering.pipeline_mermaid import mermaid_text
from ..rendering.pipeline_progress import pipeline_progress
from ..rendering.pipeline_text import check_text, result_text
from ..rendering.shipped_pipelines import shipped_facts, shipped_list
from ..terminal import console, print_json, visible
from .operators import registry_of

PROBLEMS = 2


def check(workspace: Path | None, file: Path, data: list[Path], *, relock: bool, as_json: bool) -> int:
    """Print every problem of a pipeline file; 0 when there are none, else 2."""
    found = check_file(file, data, registry_of(workspace), Workspace.locate(workspace), relock=relock)
    if as_json:
        print_json(found.as_json())
    else:
        _print(console(), check_text(found))
    return PROBLEMS if found.problems else 0


def run(
    workspace: Path | None,
    named: Path,
    data: list[Path],
    out: Path,
    *,
    force: bool,
    max_bad_share: float,
    as_json: bool,
    format: str | None,
    shard_size: str | None,
    workers: int | None,
    engine: str,
    ray_address: str | None,
    models: ModelFlags,
) -> int:
    """Run a pipeline file or a shipped pipeline; 0, or 4 when rows were quarantined."""
    registry = registry_of(workspace)
    loaded = load_pipeline(named, registry)
    request = PipelineRequest(
        pipeline=loaded.pipeline,
        origin=named if loaded.shipped else loaded.origin,
        data=data,
        out=out,
        command=["corpusmith", "pipeline", "run", str(named)],
        force=force,
        max_bad_share=max_bad_share,
        format=format,
        shard_size=shard_size,
        workers=workers,
        engine="ray" if one_of("--engine", engine, EngineName) == "ray" else "local",
        ray_address=ray_address,
        models=models,
        workspace=Workspace.locate(workspace),
    )
    return run_and_show(request, registry, as_json=as_json)


def draw(workspace: Path | None, named: Path, data: list[Path], *, format: str) -> int:
    """Print a pipeline as a picture for people, or as the text of a Mermaid diagram."""
    registry = registry_of(workspace)
    pipeline = load_pipeline(named, registry).pipeline
    columns = columns_by_step(pipeline, registry, open_sources(assign(data, pipeline), 1.0) if data else None)
    if one_of("--format", format, DrawingFormat) == "mermaid":
        console().print(Text(mermaid_text(pipeline, registry)), soft_wrap=True)
    else:
        _print(console(), drawing(pipeline, registry, columns))
    return 0


def show(workspace: Path | None, named: Path, *, as_python: bool) -> int:
    """Print a pipeline's file, or its class form."""
    registry = registry_of(workspace)
    loaded = load_pipeline(named, registry)
    if as_python:
        text = to_python(loaded.pipeline, registry)
    else:
        text = loaded.pipeline.to_yaml() if loaded.is_python else loaded.origin.read_text(encoding="utf-8")
    console().print(Text(visible(text.rstrip("\n"), keep="\n")), soft_wrap=True)
    return 0


def list_shipped(workspace: Path | None, *, as_json: bool) -> int:
    """Print the shipped pipelines: what each does, what it reads and what it needs."""
    facts = [shipped_facts(each, registry_of(workspace)) for each in shipped_pipelines().values()]
    if as_json:
        print_json([each._asdict() for each in facts])
    else:
        _print(console(), shipped_list(facts))
    return 0


def run_and_show(request: PipelineRequest, registry: Registry, *, as_json: bool = False) -> int:
    """Run a pipeline, show its progress on stderr and its result on stdout (on stderr beside JSON lines)."""
    with pipeline_progress(console(stderr=True)) as show, json_lines() if as_json else nullcontext() as also:
        result = run_pipeline(request, registry, both(show, also) if also else show)
    screen = console(stderr=as_json)
    _print(screen, result_text(result))
    screen.print(f"The dataset is in {visible(str(result.dataset))}", soft_wrap=True)  # a path that can be copied
    return result.exit_code


def _print(screen: Console, parts: Iterable[RenderableType]) -> None:
    for part in parts:
        screen.print(part)
