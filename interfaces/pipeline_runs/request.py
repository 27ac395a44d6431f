"""What a command asks for when it runs a pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import ByteSize, TypeAdapter, ValidationError

from ...engine.errors import UserError
from ...engine.pipeline import Pipeline
from ...engine.writing.dataset_format import DatasetFormat
from ...memory.workspace import Workspace
from ..flags import one_of
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
        asked: dict[str, Any] = {}
        if self.format is not None:
            asked["format"] = one_of("--format", self.format, DatasetFormat)
        if self.shard_size is not None:
            asked["max_shard_bytes"] = _bytes(self.shard_size)
        outputs = [output.model_copy(update=asked) for output in self.pipeline.outputs]
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


def _bytes(size: str) -> ByteSize:
    """A size with its unit as a number of bytes."""
    try:
        found = TypeAdapter(ByteSize).validate_python(size)
    except ValidationError:
        found = ByteSize(0)
    if found < 1:
        raise UserError(f"--shard-size cannot be `{size}`.", fix="Write a number and its unit, such as 200MB or 2GiB.")
    return found
