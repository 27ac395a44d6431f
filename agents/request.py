"""What a person asks for: the spec, the data, where the results go, and how to decide what is open."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict

from ..engine.errors import UserError
from ..engine.reading.input_files import list_input

MAX_SPEC_CHARACTERS = 200_000


class RunRequest(BaseModel):
    """One run. ``spec_origin`` is the spec's file, or empty when its text was given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spec: str
    spec_origin: str = ""
    data: list[Path]
    out: Path
    approve: Literal["auto", "stop"] = "auto"
    on_ambiguity: Literal["assume", "fail"] = "assume"
    dry_run: bool = False
    force: bool = False
    seed: int = 0
    max_bad_share: float = 0.05
    workers: int | None = None
    """Processes for row-local steps; ``None`` leaves it to the engine."""

    @property
    def command_hash(self) -> str:
        """Identifies the command, so that a folder which holds another run is not overwritten."""
        spec = self.spec_origin or self.spec
        return _hash([spec, sorted(str(path.resolve()) for path in self.data)])

    def content_hash(self) -> str:
        """Identifies the command and what it reads as it is now, so that an interrupted run is only continued on that."""
        files = [(str(file.path), file.name, file.path.stat()) for file in list_input(self.data, [])]
        seen = [(path, name, state.st_size, state.st_mtime_ns) for path, name, state in files]
        return _hash([self.command_hash, self.spec, seen, self.seed, self.on_ambiguity, self.dry_run])


def check_spec(spec: str) -> None:
    """Raise ``UserError`` for a spec that is empty, binary or far too long to be one."""
    if not spec.strip():
        raise UserError("The spec is empty.", fix="Write in plain words what the dataset must be like.")
    if "\x00" in spec:
        raise UserError("The spec is not text.", "It holds NUL characters.", "Give a Markdown or text file.")
    if len(spec) > MAX_SPEC_CHARACTERS:
        raise UserError(
            "The spec is too long.",
            f"It has {len(spec):,} characters; a spec is a page, not a dataset.",
            f"Keep it under {MAX_SPEC_CHARACTERS:,} characters, and give data with --data.",
        )


def _hash(content: object) -> str:
    return hashlib.sha256(orjson.dumps(content)).hexdigest()
