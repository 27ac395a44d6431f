"""The command line. Options are declared here, the work is imported when a command is called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from .. import __version__

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn a plain-language spec into a verified dataset.",
    epilog="Try: corpusmith run 'English only, at least 20 words, no duplicates.' --data docs.jsonl --out clean",
)
operators_app = typer.Typer(no_args_is_help=True, help="Look at the operators: list, show, search, docs.")
pipeline_app = typer.Typer(no_args_is_help=True, help="List, show, draw, check and run pipelines, without a spec.")
config_app = typer.Typer(no_args_is_help=True, help="Look at the configuration of models.")
app.add_typer(operators_app, name="operators")
app.add_typer(pipeline_app, name="pipeline")
app.add_typer(config_app, name="config")

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        envvar="CORPUSMITH_HOME",
        metavar="FOLDER",
        help="Folder for cache, index, threads and own operators. Default: ./.corpusmith",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON.")]
JsonLinesOption = Annotated[
    bool, typer.Option("--json", metavar="", help="Events as JSON lines on stdout, text for people on stderr.")
]
DataOption = Annotated[
    list[Path],
    typer.Option(
        "--data",
        metavar="PATH",
        help="File, folder, quoted pattern or FILE::PART: JSONL, JSON, CSV, TSV (.gz, .zst), Parquet, Arrow, SQLite, text, HTML. Repeatable.",
    ),
]
PipelineDataOption = Annotated[
    list[Path],
    typer.Option(
        "--data", metavar="PATH", help="As for run; NAME=PATH where the pipeline has several sources. Repeatable."
    ),
]
PipelineArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PIPELINE", help="A pipeline.yaml, a .py file with a Module, or a shipped name.", show_default=False
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Processes for the rows. Default: one per core.", show_default=False),
]
ModelOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="The model that answers. Default: as configured.", show_default=False)
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Its OpenAI-compatible endpoint. Default: as configured.", show_default=False),
]
MaxUsdOption = Annotated[
    float | None, typer.Option(min=0, metavar="USD", help="Stop before models cost more than this.", show_default=False)
]
MaxCallsOption = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Stop before models are called more often.", show_default=False)
]
BadShareOption = Annotated[
    float,
    typer.Option(
        "--max-bad-share", min=0, max=1, metavar="SHARE", help="Share of broken or failing rows that is tolerated."
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"corpusmith {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Turn a plain-language spec into a verified dataset."""


@app.command()
def run(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="A Markdown or text file, or the spec itself.", show_default=False)
    ],
    data: DataOption,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="The run folder: new, empty, or left by the same command.")
    ],
    approve: Annotated[
        str, typer.Option(metavar="", help="auto: run what passed the rehearsal. stop: end with 3 before the full run.")
    ] = "auto",
    on_ambiguity: Annotated[
        str, typer.Option(metavar="", help="assume: take the default and say so. fail: end with 3 and ask.")
    ] = "assume",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="Stop after the rehearsal; estimate rows and cost.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", metavar="", help="Replace another run in --out.")] = False,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of all that is random.")] = 0,
    max_bad_share: BadShareOption = 0.05,
    workers: WorkersOption = None,
    json: JsonLinesOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Build, run and verify a dataset from a spec.

    Ends 0 verified, 4 partial, 5 failed, 3 needs input or approval, 2 bad input, 6 budget reached, 7 infrastructure, 1 our own error, 130 interrupted. The same command again continues.

    Example: corpusmith run spec.md --data docs.jsonl --out clean
    """
    from .commands.run import run_spec

    raise typer.Exit(
        run_spec(
            spec=spec,
            data=data,
            out=out,
            approve=approve,
            on_ambiguity=on_ambiguity,
            dry_run=dry_run,
            force=force,
            seed=seed,
            max_bad_share=max_bad_share,
            workers=workers,
            as_json=json,
            workspace=workspace,
        )
    )


@app.command()
def doctor(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Say what is installed, what is missing, and the command that mends it.

    Example: corpusmith doctor
    """
    from .commands.doctor import examine

    raise typer.Exit(examine(workspace, as_json=json))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(
    context: typer.Context,
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A model's name or folder, as vLLM takes it.", show_default=False)
    ],
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="PORT", help="The port on this machine.")] = 8000,
    python: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The Python that has vLLM. Default: this one.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Serve a model with vLLM on this machine until Ctrl-C; further options go to vLLM.

    Example: corpusmith serve Qwen/Qwen3-0.6B --max-model-len 4096
    """
    from ..memory.workspace import Workspace
    from .commands.serve import serve as serve_model

    folder = Workspace.locate(workspace).cache
    raise typer.Exit(serve_model(model, folder, port=port, python=python, arguments=context.args))


@operators_app.command("list")
def operators_list(
    domain: Annotated[str | None, typer.Option(metavar="NAME", help="Only this domain, such as text or core.")] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Only this kind: generate, evaluate, filter, refine.")
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """List all operators, one line each.

    Example: corpusmith operators list --domain text --kind filter
    """
    from .commands.operators import list_operators

    raise typer.Exit(list_operators(workspace, domain=domain, kind=kind, as_json=json))


@operators_app.command("show")
def operators_show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The operator's name.", show_default=False)],
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show one operator: signature, parameters with ranges, and an example in and out.

    Example: corpusmith operators show near_duplicates
    """
    from .commands.operators import show_operator

    raise typer.Exit(show_operator(workspace, name, as_json=json))


@operators_app.command("search")
def operators_search(
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="What you need, in your own words.", show_default=False)
    ],
    limit: Annotated[int, typer.Option(min=1, max=50, metavar="N", help="How many to show.")] = 5,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Find operators by what they do.

    Example: corpusmith operators search "drop texts that nearly repeat another"
    """
    from .commands.operators import search_operators

    raise typer.Exit(search_operators(workspace, words, limit=limit, as_json=json))


@operators_app.command("docs")
def operators_docs(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder for the pages.")] = Path(
        "docs/operators"
    ),
) -> None:
    """Write one Markdown page per operator of the library, and an index.

    Example: corpusmith operators docs --out pages
    """
    from .commands.operators import write_catalogue

    raise typer.Exit(write_catalogue(out))


@pipeline_app.command("list")
def pipeline_list(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """List the shipped pipelines. They run by name.

    Example: corpusmith pipeline list
    """
    from .commands.pipeline import list_shipped

    raise typer.Exit(list_shipped(workspace, as_json=json))


@pipeline_app.command("show")
def pipeline_show(
    pipeline: PipelineArgument,
    python: Annotated[bool, typer.Option("--python", metavar="", help="As a Python class instead of YAML.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Print a pipeline, to be changed and run as a file of your own.

    Example: corpusmith pipeline show clean-text > mine.yaml
    """
    from .commands.pipeline import show

    raise typer.Exit(show(workspace, pipeline, as_python=python))


@pipeline_app.command("draw")
def pipeline_draw(
    pipeline: PipelineArgument,
    data: PipelineDataOption = [],  # noqa: B006 (typer copies it)
    format: Annotated[
        str, typer.Option(metavar="", help="terminal, or mermaid for the text of a diagram.")
    ] = "terminal",
    workspace: WorkspaceOption = None,
) -> None:
    """Draw a pipeline: steps, tables, branches and joins; with --data also the columns.

    Example: corpusmith pipeline draw clean-text --data docs.jsonl
    """
    from .commands.pipeline import draw

    raise typer.Exit(draw(workspace, pipeline, data, format=format))


@pipeline_app.command("check")
def pipeline_check(
    pipeline: PipelineArgument,
    data: PipelineDataOption = [],  # noqa: B006 (typer copies it)
    relock: Annotated[
        bool,
        typer.Option("--relock", metavar="", help="Accept the operators as they are now and write their identities."),
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """List every problem of a pipeline at once; with --data also those of columns and types.

    Example: corpusmith pipeline check mine.yaml --data docs.jsonl
    """
    from .commands.pipeline import check

    raise typer.Exit(check(workspace, pipeline, data, relock=relock, as_json=json))


@pipeline_app.command("run")
def pipeline_run(
    pipeline: PipelineArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder for the dataset and its logs.")],
    data: PipelineDataOption = [],  # noqa: B006 (typer copies it)
    format: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Format of all output tables, such as parquet or jsonl.", show_default=False),
    ] = None,
    shard_size: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="Rows of a shard take at most this, such as 200MB.", show_default=False),
    ] = None,
    workers: WorkersOption = None,
    engine: Annotated[str, typer.Option(metavar="", help="local, or ray for a cluster.")] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Of a running Ray cluster; without it a local one is started.", show_default=False
        ),
    ] = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    max_usd: MaxUsdOption = None,
    max_calls: MaxCallsOption = None,
    record: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every answer of a model into this file.", show_default=False),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Take every answer from such a file; no model is needed.", show_default=False
        ),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", metavar="", help="Ask models again what they answered before.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", metavar="", help="Replace another run in --out.")] = False,
    max_bad_share: BadShareOption = 0.05,
    json: JsonLinesOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Run a pipeline without a spec. Ends 0, or 4 when rows were quarantined.

    Also: 2 bad input, 6 budget reached, 7 no answer from a model or cluster, 130 interrupted. The same command again continues.

    Example: corpusmith pipeline run clean-text --data docs.jsonl --out clean
    """
    from .commands.pipeline import run as run_pipeline
    from .pipeline_runs.models import ModelFlags

    raise typer.Exit(
        run_pipeline(
            workspace,
            pipeline,
            data,
            out,
            force=force,
            max_bad_share=max_bad_share,
            as_json=json,
            format=format,
            shard_size=shard_size,
            workers=workers,
            engine=engine,
            ray_address=ray_address,
            models=ModelFlags(
                model=model,
                base_url=base_url,
                max_usd=max_usd,
                max_calls=max_calls,
                record=record,
                replay=replay,
                cache=not no_cache,
            ),
        )
    )


@config_app.command("show")
def config_show(
    origin: Annotated[bool, typer.Option("--origin", metavar="", help="Also where each setting was found.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show the models, limits and prices that are set; of a key only whether there is one.

    Example: corpusmith config show --origin
    """
    from .commands.config import show

    raise typer.Exit(show(workspace, origin=origin, as_json=json))


def main() -> NoReturn:
    """Run the command line; errors that a person can mend are one panel and exit code 2."""
    from .failures import exit_code_of

    try:
        code = app(standalone_mode=False) or 0
    except BaseException as error:
        code = exit_code_of(error)
    sys.exit(code)


if __name__ == "__main__":
    main()
