"""The manifest: hashes, versions, seeds, counts and cost: what is needed to trust a run and to repeat it."""

from __future__ import annotations

import platform
import shlex
from importlib.metadata import version
from typing import Any

from ...engine.pipeline import Pipeline
from ...engine.reading import Source
from ...tools.contract.model import Contract, hash_of_spec
from ..request import RunRequest

_RECORDED = ("corpusmith", "langgraph", "pyarrow", "polars", "py3langid", "ftfy", "phonenumbers")


def manifest(
    run_id: str,
    request: RunRequest,
    status: str,
    reason: str,
    brain: str,
    source: Source,
    contract: Contract | None,
    pipeline: Pipeline | None,
    execution: dict[str, Any],
) -> dict[str, Any]:
    """Return the manifest of a run as JSON. ``execution`` holds the row ledger and the shards of the full run, if any."""
    return {
        "run_id": run_id,
        "status": status,
        "reason": reason,
        "command": command_of(request),
        "brain": brain,
        "spec_sha256": hash_of_spec(request.spec),
        "contract_sha256": contract.hash if contract else None,
        "pipeline_sha256": pipeline.hash if pipeline else None,
        "seed": request.seed,
        "inputs": [
            {"file": file.name, "sha256": file.sha256, "bytes": file.bytes, "rows": file.rows} for file in source.files
        ],
        "input_sha256": source.fingerprint,
        "outputs": execution["shards"],
        "ledger": execution["ledger"],
        "sandbox": "none needed: the pipeline holds library operators alone",
        "cost": {"calls": 0, "tokens": 0, "usd": 0.0},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _RECORDED}},
    }


def command_of(request: RunRequest) -> str:
    """Return the command that repeats the run."""
    words = ["corpusmith", "run", request.spec_origin or "spec.md"]
    for path in request.data:
        words += ["--data", str(path)]
    words += ["--out", str(request.out), "--seed", str(request.seed), "--on-ambiguity", request.on_ambiguity]
    return shlex.join(words)
