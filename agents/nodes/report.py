"""``report``: whatever happened, say so: the status and everything that was made, in the run folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from ...tools.checks.catalogue import describe
from ...tools.contract.model import Contract
from ..reporting.card import final_card
from ..reporting.manifest import manifest
from ..reporting.pipeline_script import pipeline_script
from ..state import RunState, Status
from ..workbench import Workbench
from .proving import Results


def report(state: RunState, bench: Workbench) -> RunState:
    """Write the run folder and settle the status."""
    contract = bench.contract(state) if "contract" in state else None
    status, reason = settle(state, dry_run=bench.request.dry_run, is_covered=bool(contract and not contract.uncovered))
    bench.out.mkdir(parents=True, exist_ok=True)
    (bench.out / "spec.md").write_text(bench.request.spec, encoding="utf-8")
    pipeline = bench.pipeline(state) if "pipeline" in state else None
    if contract:
        content = {**contract.model_dump(mode="json"), "sha256": contract.hash}
        (bench.out / "contract.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    if pipeline:
        (bench.out / "pipeline.yaml").write_text(pipeline.to_yaml(), encoding="utf-8")
        why = {step.id: _why(step.serves, contract) for step in pipeline.steps}
        (bench.out / "pipeline.py").write_text(pipeline_script(pipeline, why, bench.registry), encoding="utf-8")
    executed = bool(state.get("executed"))
    done = bench.execution() if executed else {"ledger": {}, "shards": []}
    if executed and contract and pipeline:
        results = bench.recall(state["results"], Results).results
        card = final_card(pipeline.outputs[0], contract, results, status, done)
        _replace(bench.out / "dataset" / "README.md", card)
    content = manifest(
        bench.run_id,
        bench.request,
        status,
        reason,
        bench.brain.name,
        bench.source,
        contract,
        pipeline,
        done,
    )
    (bench.out / "manifest.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return {"status": status, "reason": reason}


def settle(state: RunState, dry_run: bool = False, is_covered: bool = True) -> tuple[Status, str]:
    """Return the run's status and its reason. ``verified`` comes from the verdict on the full output alone."""
    if "status" in state:
        return state["status"], state.get("reason", "")
    if state.get("problems"):
        return "needs_input", " ".join(state["problems"])
    if state.get("static_problems"):
        return "failed", "No pipeline passed the static check: " + "; ".join(state["static_problems"])
    verdict = state.get("verdict")
    if verdict == "verified" and state.get("executed") and state.get("scope") == "full":
        return "verified", "Every hard check passed on the full output."
    if verdict == "failed":
        return "failed", state.get("reason", "")
    if dry_run and "rehearsed_hash" in state:
        kept, of = state["sample_kept"]
        estimate = f"{kept:,} of {of:,} sample rows were kept; the full run takes 0 model calls (0.00 USD)."
        return ("rehearsed" if is_covered else "partial"), f"The rehearsal passed: {estimate}"
    if not state.get("executed"):
        return "partial", "Nothing was run on the full input."
    return "partial", "Some of what the spec asks for is not covered by a check, or a check could not run."


def _why(serves: Iterable[str], contract: Contract | None) -> str:
    criteria = {c.id: c for c in contract.criteria} if contract else {}
    return " ".join(describe(criteria[name].check, criteria[name].params) for name in serves if name in criteria)


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.rename(path)
