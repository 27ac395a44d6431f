"""The shipped pipelines by name."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from ...engine.pipeline import Pipeline

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class ShippedPipeline:
    """A pipeline that comes with the package: its file, and the comments at its head."""

    name: str
    path: Path
    summary: str
    """One sentence."""
    description: str
    """What else there is to know, such as which columns it reads and what to change."""

    def pipeline(self) -> Pipeline:
        """Return the pipeline."""
        return Pipeline.from_file(self.path)


def shipped_pipelines() -> dict[str, ShippedPipeline]:
    """Return the shipped pipelines by name, sorted."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.yaml"))}


def _read(path: Path) -> ShippedPipeline:
    lines = path.read_text(encoding="utf-8").splitlines()
    summary, *more = [line.lstrip("# ") for line in takewhile(lambda line: line.startswith("#"), lines)]
    return ShippedPipeline(path.stem, path, summary, "\n".join(more).strip())
