"""What a command asks for when it runs a pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import ValidationError

from ...engine.errors import UserError
from ...engine.pipeline import OutputTable, Pipeline, explain_validation
from ...memory.workspace import Workspace
from .engines import EngineName
from .models import NOTHING_SAID, ModelFlags

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
    format: str | None = None
    """The format of all output tables; ``None`` leaves it to the pipeline."""
    shard_size: str | None = None
    """The size of the rows of a shard, such as ``200MB``; ``None`` leaves it to the pipeline."""
    workers: int | None = None
    engine: EngineName = "local"
    ray_address: str | None = None
    models: ModelFlags = NOTHING_SAID
    workspace: Workspace | None = None
    """Where answers of models are kept; by default the workspace that the environment names."""

    def as_asked(self) -> Pipeline:
        """Return the pipeline with what the command changes about its outputs; raises ``UserError`` for what is unknown."""
        said = {"format": self.format, "max_shard_bytes": self.shard_size}
        asked = {field: value for field, value in said.items() if value is not None}
        try:
            outputs = [OutputTable.model_validate({**output.model_dump(), **asked}) for output in self.pipeline.outputs]
        except ValidationError as error:
            raise UserError("Datasets are not written like that.", explain_validation(error)) from error
        return self.pipeline.model_copy(update={"outputs": outputs})

    def command_hash(self, given: Mapping[str, Sequence[Path]]) -> str:
        """Identifies the command by its pipeline file and the data of each source, so that no other run is overwritten."""
        data = {name: sorted(str(path.resolve()) for path in paths) for name, paths in given.items()}
        content = ["pipeline run", str(self.origin.resolve()), data]
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def words(self) -> list[str]:
        """Return the words of the command that repeats the run."""
        bad_share = [f"--max-bad-share={self.max_bad_share}"] if self.max_bad_share != MAX_BAD_SHARE else []
        chosen = {"format": self.format, "shard-size": self.shard_size, "model": self.models.model}
        return [
            *self.command,
            *(f"--data={path}" for path in self.data),
            f"--out={self.out}",
            *bad_share,
            *(f"--{name}={value}" for name, value in chosen.items() if value is not None),
        ]
