"""``corpusmith pipeline``: check a pipeline file, or run it without a spec."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console, RenderableType

from ...engine.events import Event, EventSink
from ...engine.pipeline import Pipeline
from ...engine.registry import Registry
from ..pipeline_runs.check import check_file
from ..pipeline_runs.request import PipelineRequest
from ..pipeline_runs.run import run_pipeline
from ..rendering.json_lines import print_json_line
from ..rendering.pipeline_progress import pipeline_progress
from ..rendering.pipeline_text import check_text, result_text
from ..terminal import console, print_json, visible
from .operators import registry_of

PROBLEMS = 2


def check(workspace: Path | None, file: Path, data: list[Path], *, relock: bool, as_json: bool) -> int:
    """Print every problem of a pipeline file; 0 when there are none, else 2."""
    found = check_file(file, data, registry_of(workspace), relock=relock)
    if as_json:
        print_json(found.as_json())
    else:
        _print(console(), check_text(found.pipeline, found.problems, found.columns, found.relocked))
    return PROBLEMS if found.problems else 0


def run(
    workspace: Path | None,
    file: Path,
    data: list[Path],
    out: Path,
    *,
    force: bool,
    max_bad_share: float,
    as_json: bool,
) -> int:
    """Run a pipeline file; 0, or 4 when rows were quarantined."""
    request = PipelineRequest(
        pipeline=Pipeline.from_file(file),
        origin=file,
        data=data,
        out=out,
        command=["corpusmith", "pipeline", "run", str(file)],
        force=force,
        max_bad_share=max_bad_share,
    )
    return run_and_show(request, registry_of(workspace), as_json=as_json)


def run_and_show(request: PipelineRequest, registry: Registry, *, as_json: bool = False) -> int:
    """Run a pipeline, show its progress on stderr and its result on stdout (on stderr beside JSON lines)."""
    with pipeline_progress(console(stderr=True)) as show:
        result = run_pipeline(request, registry, _also_as_json(show) if as_json else show)
    screen = console(stderr=as_json)
    _print(screen, result_text(result))
    screen.print(f"The dataset is in {visible(str(result.dataset))}", soft_wrap=True)  # a path that can be copied
    return result.exit_code


def _also_as_json(show: EventSink) -> EventSink:
    def both(event: Event) -> None:
        show(event)
        print_json_line(event)

    return both


def _print(screen: Console, parts: Iterable[RenderableType]) -> None:
    for part in parts:
        screen.print(part)
