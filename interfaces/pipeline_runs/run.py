"""Runs a pipeline on its data and leaves a dataset folder, the logs and the manifest."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from ...engine.context import EMBEDDING, LLM
from ...engine.events import Event, EventSink, PlanProposed, RunFinished, RunStarted, StepFinished, Warned
from ...engine.execution.execution import Execution, ExecutionOptions
from ...engine.execution.executor import execute
from ...engine.execution.ledger import RowLedger
from ...engine.execution.outputs import DATASET, QUARANTINE, remove_outputs, write_outputs
from ...engine.pipeline import Pipeline
from ...engine.reading import Source
from ...engine.registry import Registry
from ...memory.workspace import Workspace
from ...tools.run_folder import claimed, refuse_foreign_folder
from .card import card
from .engines import opened_cluster, refuse_stray_address
from .inputs import assign, open_sources
from .manifest import MANIFEST, PIPELINE, TRACE, manifest
from .models import needs_models, opened_gateway
from .request import PipelineRequest
from .validity import runnable

FINISHED, QUARANTINED = 0, 4


@dataclass(frozen=True)
class PipelineResult:
    """What a run did. ``rows`` counts what was written, ``quarantined`` what could not be read or processed."""

    pipeline: Pipeline
    ledger: RowLedger
    dataset: Path
    rows: int
    quarantined: int
    reused: int
    """How many steps were not run again, because their result was there."""

    @property
    def exit_code(self) -> int:
        """0, or 4 when rows were quarantined."""
        return QUARANTINED if self.quarantined else FINISHED

    @property
    def summary(self) -> str:
        """The end in one line."""
        set_aside = f"; {self.quarantined:,} quarantined, see {QUARANTINE}" if self.quarantined else ""
        return f"{self.ledger.rows_read:,} rows read, {self.rows:,} written{set_aside}."


def run_pipeline(request: PipelineRequest, registry: Registry, emit: EventSink) -> PipelineResult:
    """Run a pipeline, or go on where the same command was interrupted; finished stages are used again.

    Raises ``UserError`` for bad input, a pipeline with problems, a folder that is another's, and too many failing rows.
    Until the end there is no manifest, so a folder with one is complete.
    """
    refuse_stray_address(request.engine, request.ray_address)
    asked = request.as_asked()
    given = assign(request.data, asked)
    paths = [path for several in given.values() for path in several]
    command = request.command_hash(given)
    refuse_foreign_folder(request.out, command, paths, force=request.force)
    sources = open_sources(given, request.max_bad_share)
    pipeline = runnable(asked, registry, sources)
    config = request.models.config(_workspace(request).root, pipeline) if needs_models(pipeline, registry) else None
    with claimed(request.out, command, paths, force=request.force) as work:
        resumed = (work / "stages").is_dir() and not (request.out / MANIFEST).exists()
        (request.out / MANIFEST).unlink(missing_ok=True)
        remove_outputs(request.out)
        with (request.out / TRACE).open("wb") as trace:
            send = _Recorder(trace, emit)
            _announce(send, request, pipeline, sources, resumed)
            with ExitStack() as closing:
                gateway = None
                if config is not None:
                    gateway = closing.enter_context(
                        opened_gateway(request.models, config, work, _workspace(request).cache, send)
                    )
                options = ExecutionOptions(
                    workers=request.workers,
                    cluster=closing.enter_context(
                        opened_cluster(request.engine, request.ray_address, work, request.workers)
                    ),
                    max_error_share=request.max_bad_share,
                    services={LLM: gateway, EMBEDDING: gateway} if gateway else {},
                )
                execution = execute(pipeline, sources, registry, work, send, options)
            spend = gateway.spend.as_json() if gateway else None
            result = _keep(request, pipeline, execution, work, send, spend)
            send(
                RunFinished(
                    status="partial" if result.quarantined else "finished",
                    exit_code=result.exit_code,
                    out=str(request.out),
                    summary=result.summary,
                )
            )
    return result


def _workspace(request: PipelineRequest) -> Workspace:
    return request.workspace or Workspace.locate()


def _keep(
    request: PipelineRequest,
    pipeline: Pipeline,
    execution: Execution,
    work: Path,
    send: _Recorder,
    spend: dict[str, Any] | None,
) -> PipelineResult:
    """Write what the run leaves: the pipeline, the dataset with its logs, and at last the manifest."""
    (request.out / PIPELINE).write_text(pipeline.to_yaml(), encoding="utf-8", newline="\n")
    written = write_outputs(
        execution, pipeline, request.out, work, lambda output, splits: card(pipeline, execution.ledger, output, splits)
    )
    _keep_manifest(request, manifest(request, pipeline, execution, written, spend))
    ledger = execution.ledger
    return PipelineResult(
        pipeline=pipeline,
        ledger=ledger,
        dataset=request.out / DATASET,
        rows=sum(shard.rows for table in written.values() for shard in table.shards),
        quarantined=ledger.quarantined_at_reading + sum(step.quarantined for step in ledger.steps),
        reused=send.reused,
    )


def _announce(
    send: EventSink, request: PipelineRequest, pipeline: Pipeline, sources: Mapping[str, Source], resumed: bool
) -> None:
    run_id = hashlib.sha256(orjson.dumps([pipeline.hash, *(s.fingerprint for s in sources.values())])).hexdigest()[:12]
    send(RunStarted(run_id=run_id, spec=str(request.origin), resumed=resumed))
    for source in sources.values():
        for note in source.notes:
            send(Warned(message=note))
    steps = [
        {"step": step.id, "operator": step.operator, "params": step.params, "columns": sorted(step.bind.values())}
        for step in pipeline.steps
    ]
    send(PlanProposed(pipeline_hash=pipeline.hash, steps=steps))


def _keep_manifest(request: PipelineRequest, content: dict[str, Any]) -> None:
    """Write the manifest whole or not at all, as the last file."""
    partial = request.out / f".{MANIFEST}.partial"
    partial.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    partial.replace(request.out / MANIFEST)


class _Recorder:
    """Sends events on, one at a time, and keeps them in the trace; a reader that has left stops nothing."""

    def __init__(self, trace: BinaryIO, emit: EventSink) -> None:
        self._trace = trace
        self._emit = emit
        self._lock = threading.RLock()
        self.reused = 0

    def __call__(self, event: Event) -> None:
        with self._lock:  # the gateway sends events from a thread of its own
            self._trace.write(orjson.dumps(event.line()) + b"\n")
            self._trace.flush()
            self.reused += isinstance(event, StepFinished) and event.reused
            with suppress(BrokenPipeError):
                self._emit(event)
