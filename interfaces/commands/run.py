"""``corpusmith run``: one spec in, one dataset out, no questions asked."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ...agents.request import RunRequest
from ...agents.results import RunResult
from ...agents.rules.brain import RuleBrain
from ...agents.service import RunService
from ...engine.errors import UserError, did_you_mean
from ...engine.events import EventSink
from ...memory.workspace import Workspace
from ...tools.operators import load_registry, nearest_operators
from ..flags import one_of
from ..rendering.json_lines import both, json_lines
from ..rendering.run_text import RunText
from ..terminal import console

_SPEC_SUFFIXES = (".md", ".markdown", ".txt", ".text")
_MAX_SPEC_BYTES = 1_000_000


def run_spec(
    *,
    spec: str,
    data: list[Path],
    out: Path,
    approve: str,
    on_ambiguity: str,
    dry_run: bool,
    force: bool,
    seed: int,
    max_bad_share: float,
    workers: int | None,
    as_json: bool,
    workspace: Path | None,
) -> int:
    """Run one spec and return the exit code; raises ``UserError`` for input that cannot be used."""
    text, origin = read_spec_argument(spec)
    request = RunRequest(
        spec=text,
        spec_origin=origin,
        data=data,
        out=out,
        approve=one_of("--approve", approve, RunRequest.model_fields["approve"].annotation),
        on_ambiguity=one_of("--on-ambiguity", on_ambiguity, RunRequest.model_fields["on_ambiguity"].annotation),
        dry_run=dry_run,
        force=force,
        seed=seed,
        max_bad_share=max_bad_share,
        workers=workers,
    )
    screen = console(stderr=as_json)
    shown = RunText(screen)
    try:
        with json_lines() if as_json else nullcontext() as also:
            result = asyncio.run(_run(request, Workspace.locate(workspace), both(also, shown) if also else shown))
    finally:
        shown.close()
    _point_to_results(screen, request, result)
    return result.exit_code


async def _run(request: RunRequest, workspace: Workspace, emit: EventSink) -> RunResult:
    registry = load_registry(workspace)
    service = RunService(workspace, registry, lambda: RuleBrain(nearest_operators(workspace, registry)))
    return await service.start(request, emit)


def read_spec_argument(spec: str) -> tuple[str, str]:
    """Return the spec's text and the file it came from (empty when the text itself was given)."""
    looks_like_path = bool(spec.strip()) and "\n" not in spec and len(spec) < 4096
    path = Path(spec)
    if looks_like_path and path.is_file():
        if path.stat().st_size > _MAX_SPEC_BYTES:
            raise UserError(
                f"{path} is too long for a spec.", f"It has {path.stat().st_size:,} bytes.", "A spec is a page."
            )
        try:
            return path.read_text(encoding="utf-8-sig"), str(path)
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not UTF-8 text.", str(error), "Save the spec as UTF-8.") from error
    if looks_like_path and (path.suffix.lower() in _SPEC_SUFFIXES) and " " not in spec.strip():
        siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        specs = [name for name in siblings if name.lower().endswith(_SPEC_SUFFIXES)]
        raise UserError(
            f"There is no file {spec}.", fix=did_you_mean(path.name, specs) or "Give the spec's file, or its text."
        )
    if looks_like_path and path.is_dir():
        raise UserError(f"{spec} is a folder, not a spec.", fix="Give the spec's file, or its text.")
    return spec, ""


def _point_to_results(screen: Console, request: RunRequest, result: RunResult) -> None:
    dataset = request.out / "dataset"
    if dataset.is_dir():
        screen.print(Text(f"dataset  {dataset}"))
        screen.print(Text(f"card     {dataset / 'README.md'}"))
        screen.print(Text(f"dropped  {request.out / 'dropped.jsonl'}"))
    if result.status == "needs_input":
        screen.print(Text("Nothing is lost: mend the spec or answer, and give the same command again."))
