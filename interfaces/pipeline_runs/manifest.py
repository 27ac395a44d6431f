"""The manifest of a pipeline's run: the hashes, counts and versions that are needed to trust it and to repeat it."""

from __future__ import annotations

import hashlib
import platform
import shlex
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...engine.execution.executor import Execution
from ...engine.execution.outputs import DROPPED, QUARANTINE, Written
from ...engine.pipeline import Pipeline
from .request import PipelineRequest

MANIFEST = "manifest.json"
PIPELINE = "pipeline.yaml"
TRACE = "trace.jsonl"
_RECORDED = ("corpusmith", "pyarrow", "polars", "pandas", "pydantic")


def manifest(
    request: PipelineRequest,
    pipeline: Pipeline,
    execution: Execution,
    written: Mapping[str, Written],
    spend: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return the manifest as JSON; the same run gives the same manifest, there is no time in it but what models took.

    ``spend`` is what models were asked and what that cost; ``None`` where the pipeline needs none.
    """
    return {
        "command": shlex.join(request.words()),
        "pipeline": pipeline.name,
        "pipeline_sha256": pipeline.hash,
        "seed": pipeline.seed,
        "operators": [step.lock for step in pipeline.steps],
        "inputs": [
            {"source": name, "file": file.name, "sha256": file.sha256, "bytes": file.bytes, "rows": file.rows}
            for name, source in execution.sources.items()
            for file in source.files
        ],
        "outputs": [
            {"table": table, **shard._asdict(), "path": shard.path.relative_to(request.out).as_posix()}
            for table, one in written.items()
            for shard in one.shards
        ],
        "files": {name: _sha256(request.out / name) for name in (PIPELINE, DROPPED, QUARANTINE)},
        "ledger": execution.ledger.as_json(),
        **({"spend": spend} if spend is not None else {}),
        "sandbox": "none needed: the pipeline holds no model-written code",
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _RECORDED}},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
