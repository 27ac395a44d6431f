"""What a command asks for when it runs a pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from ...engine.pipeline import Pipeline

MAX_BAD_SHARE = 0.05


@dataclass(frozen=True)
class PipelineRequest:
    """One run of a pipeline. ``origin`` is the file it stands in, ``command`` the words that start it."""

    pipeline: Pipeline
    origin: Path
    data: Sequence[Path]
    out: Path
    command: Sequence[str]
    force: bool = False
    max_bad_share: float = MAX_BAD_SHARE

    def command_hash(self, given: Mapping[str, Sequence[Path]]) -> str:
        """Identifies the command by its pipeline file and the data of each source, so that no other run is overwritten."""
        data = {name: sorted(str(path.resolve()) for path in paths) for name, paths in given.items()}
        content = ["pipeline run", str(self.origin.resolve()), data]
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def words(self) -> list[str]:
        """Return the words of the command that repeats the run."""
        bad_share = [f"--max-bad-share={self.max_bad_share}"] if self.max_bad_share != MAX_BAD_SHARE else []
        return [*self.command, *(f"--data={path}" for path in self.data), f"--out={self.out}", *bad_share]
