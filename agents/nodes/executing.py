"""``approve`` and ``execute``: the pipeline that passed the rehearsal, and no other, on all data."""

from __future__ import annotations

from langgraph.types import interrupt

from ...engine.errors import CorpusmithError
from ...engine.execution.executor import execute as run_pipeline
from ...engine.execution.outputs import remove_outputs, write_outputs
from ..reporting.card import draft_card
from ..state import RunState
from ..workbench import Workbench


def approve(state: RunState, bench: Workbench) -> RunState:
    """Approve by policy, or wait for a person. ``interrupt`` runs this again from the top on resume."""
    if bench.request.approve == "stop" and not bench.request.dry_run:
        answer = interrupt({"kind": "approve", "pipeline_hash": state["pipeline_hash"]})
        if answer != state["pipeline_hash"]:
            return {"status": "cancelled", "reason": "The plan was not approved."}
    return {"approved_hash": state["pipeline_hash"]}


def execute(state: RunState, bench: Workbench) -> RunState:
    """Run the approved pipeline on all data and write the dataset."""
    pipeline = bench.pipeline(state)
    if pipeline.hash != state["rehearsed_hash"]:
        raise CorpusmithError("The pipeline that is about to run is not the one that passed the rehearsal.")
    remove_outputs(bench.out)
    execution = run_pipeline(pipeline, {"rows": bench.source}, bench.registry, bench.work, bench.emit, bench.options)
    written = write_outputs(execution, pipeline, bench.out, bench.work, draft_card)
    bench.keep_execution(execution.ledger, [shard for table in written.values() for shard in table.shards])
    return {"scope": "full", "executed": True}
