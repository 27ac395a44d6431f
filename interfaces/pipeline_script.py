"""Runs the pipeline of a generated ``pipeline.py`` as a command of its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from ..engine.modules import Module, trace
from ..engine.pipeline import Pipeline
from ..engine.registry import Registry
from ..memory.workspace import Workspace
from .commands.operators import registry_of
from .failures import exit_code_of


def run_as_script(pipeline: Pipeline | Module, argv: Sequence[str] | None = None) -> NoReturn:
    """Run a pipeline, or the one that a module composes, with the options in ``argv`` (the command line's by default) and leave the process.

    Exit codes: 0, 4 when rows were quarantined, 2 for what a person can mend, 1 for our own error, 130 interrupted.
    """
    try:
        registry = registry_of(
            _workspace_option(argparse.ArgumentParser(add_help=False)).parse_known_args(argv)[0].workspace
        )
        made = trace(pipeline, registry) if isinstance(pipeline, Module) else pipeline
        given = _parser(made).parse_args(argv)
        code = _run(made, given, registry)
    except BaseException as error:
        code = exit_code_of(error)
    sys.exit(code)


def _run(pipeline: Pipeline, given: argparse.Namespace, registry: Registry) -> int:
    from .commands.pipeline import run_and_show
    from .pipeline_runs.request import PipelineRequest

    script = Path(sys.argv[0])
    request = PipelineRequest(
        pipeline=pipeline.in_folder(script.parent),
        origin=script,
        data=given.data,
        out=given.out,
        command=["python", str(script)],
        force=given.force,
        max_bad_share=given.max_bad_share,
        workspace=Workspace.locate(given.workspace),
    )
    return run_and_show(request, registry)


def _parser(pipeline: Pipeline) -> argparse.ArgumentParser:
    sources = ", ".join(pipeline.given_sources).replace("%", "%%")
    parser = argparse.ArgumentParser(
        description=f"Run the pipeline {pipeline.name} without a spec.", allow_abbrev=False
    )
    parser.add_argument(
        "--data",
        type=Path,
        action="append",
        required=bool(pipeline.given_sources),
        default=[],
        help=f"a file or folder, or NAME=PATH where there are several sources; repeatable (reads: {sources})",
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder for the dataset and its logs")
    parser.add_argument("--force", action="store_true", help="replace another run in --out")
    parser.add_argument(
        "--max-bad-share", type=_share, default=0.05, help="share of broken or failing rows that is tolerated"
    )
    return _workspace_option(parser)


def _workspace_option(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--workspace", type=Path, help="folder with own operators (default: ./.corpusmith)")
    return parser


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share is a number from 0 to 1")
    return share
