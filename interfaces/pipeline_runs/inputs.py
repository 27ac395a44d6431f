"""Which data belongs to which source of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ...engine.errors import UserError, did_you_mean
from ...engine.pipeline import Pipeline
from ...engine.reading import Source, open_source

_FILES_NAMED = 3


def assign(data: Sequence[Path], pipeline: Pipeline) -> dict[str, list[Path]]:
    """Return the paths of each source: ``NAME=PATH`` names it, a bare path goes to the only source there is.

    Raises ``UserError`` for a bare path among several sources, an unknown name and a source without data.
    """
    sources = pipeline.given_sources
    if data and not sources:
        raise UserError(f"The pipeline `{pipeline.name}` brings its own rows.", fix="Leave out --data.")
    given: dict[str, list[Path]] = {name: [] for name in sources}
    for path in data:
        name, named = _split(path, sources)
        given[name].append(named)
    without = [name for name, paths in given.items() if not paths]
    if without:
        raise UserError(
            f"No data is given for {_listed(without)}.",
            f"The pipeline `{pipeline.name}` reads {_listed(sources)}.",
            f"Add {' '.join(f'--data {name}=PATH' for name in without)}" if len(sources) > 1 else "Add --data PATH",
        )
    return given


def open_sources(given: Mapping[str, Sequence[Path]], max_bad_share: float) -> dict[str, Source]:
    """Open every source; raises ``UserError`` for data that cannot be read, and for files in which nothing stands at all."""
    opened = {name: open_source(paths, table=name, max_bad_share=max_bad_share) for name, paths in given.items()}
    for source in opened.values():
        _refuse_nothing(source)
    return opened


def _refuse_nothing(source: Source) -> None:
    if source.files and not source.schema.names and not source.rows:
        files = ", ".join(file.name for file in source.files[:_FILES_NAMED])
        raise UserError(
            f"There is nothing in {files}{' and others' * (len(source.files) > _FILES_NAMED)}.",
            "Neither rows nor names of columns were found.",
            "Check that it is the right file, and that it was written to its end.",
        )


def _split(path: Path, sources: Sequence[str]) -> tuple[str, Path]:
    name, sign, rest = str(path).partition("=")
    if sign and rest and name in sources and not path.exists():
        return name, Path(rest).expanduser()
    if len(sources) == 1:
        return sources[0], path
    if sign and not path.exists():
        raise UserError(f"The pipeline has no source `{name}`.", fix=did_you_mean(name, sources))
    raise UserError(
        f"It is not said which source {path} is for.",
        f"The pipeline reads {_listed(sources)}.",
        f"Write --data {sources[0]}={path}",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"
