"""``rehearse``, ``verify`` and ``diagnose``: the pipeline on a sample, and what the checks say of it."""

from __future__ import annotations

import shutil

from pydantic import BaseModel, ConfigDict

from ...engine.events import CheckMeasured, Verdict, Warned
from ...engine.execution.executor import execute
from ...engine.execution.outputs import write_outputs
from ...engine.reading import open_source
from ...tools.checks.catalogue import describe
from ...tools.contract.model import Contract
from ...tools.profile.model import InputProfile
from ...tools.rehearsal.detectors import suspicions
from ...tools.rehearsal.sample import write_sample
from ...tools.verification.measure import CheckResult
from ...tools.verification.process import verify as verify_in_own_process
from ...tools.verification.request import VerificationRequest
from ...tools.verification.status import status_of
from ..brain import DiagnosisTask
from ..reporting.card import draft_card
from ..state import RunState, Scope
from ..workbench import Workbench

REHEARSAL = "rehearsal"
SAMPLE = "sample.parquet"


class Results(BaseModel):
    """The measured checks of one scope."""

    model_config = ConfigDict(frozen=True)

    results: list[CheckResult]


def rehearse(state: RunState, bench: Workbench) -> RunState:
    """Run the pipeline on the sample, with the rows after every step kept."""
    folder = bench.work / REHEARSAL
    shutil.rmtree(folder / "out", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    profile = bench.recall(state["profile"], InputProfile)
    write_sample(bench.source, folder / SAMPLE, profile.text_column, bench.request.seed)
    pipeline = bench.pipeline(state)
    sample = open_source([folder / SAMPLE])
    execution = execute(pipeline, {"rows": sample}, bench.registry, folder, options=bench.options_for_rehearsal)
    write_outputs(execution, pipeline, folder / "out", folder, draft_card)
    for message in suspicions(execution, pipeline):
        bench.emit(Warned(message=message))
    return {"scope": "sample", "sample_kept": (execution.tables["rows"].num_rows, sample.rows)}


def verify(state: RunState, bench: Workbench) -> RunState:
    """Measure the contract on the sample's output or the full one, in a process of its own."""
    scope: Scope = state["scope"]
    folder = bench.work / REHEARSAL if scope == "sample" else bench.work
    out = folder / "out" if scope == "sample" else bench.out
    contract = bench.contract(state)
    result = verify_in_own_process(
        VerificationRequest(
            contract=contract,
            out=out,
            data=[folder / SAMPLE] if scope == "sample" else bench.request.data,
            lineage=folder / "lineage-rows.parquet",
            scope=scope,
            max_bad_share=bench.request.max_bad_share,
        )
    )
    _emit_results(bench, contract, result.results, scope)
    verdict = status_of(contract, result.results, scope)
    passed, failed, unverified = (
        sum(r.outcome == o for r in result.results) for o in ("passed", "failed", "unverified")
    )
    bench.emit(Verdict(scope=scope, status=verdict, passed=passed, failed=failed, unverified=unverified))
    update: RunState = {"results": bench.keep(Results(results=result.results)), "verdict": verdict}
    if scope == "sample" and verdict != "failed":
        update["rehearsed_hash"] = state["pipeline_hash"]
    return update


def _emit_results(bench: Workbench, contract: Contract, results: list[CheckResult], scope: Scope) -> None:
    criteria = {criterion.id: criterion for criterion in contract.criteria}
    for result in results:
        criterion = criteria[result.criterion]
        words = describe(criterion.check, criterion.params)
        bench.emit(CheckMeasured(scope=scope, check=words, outcome=result.outcome, evidence=result.evidence))


def diagnose(state: RunState, bench: Workbench) -> RunState:
    """Have the brain say what to try next; nothing new to try ends the run as failed."""
    forced = frozenset(state.get("forced", []))
    task = DiagnosisTask(
        contract=bench.contract(state),
        pipeline=bench.pipeline(state),
        results=bench.recall(state["results"], Results).results,
        forced=forced,
    )
    repair = bench.brain.diagnose(task)
    bench.emit(Warned(message=repair.reason))
    new = [criterion for criterion in repair.force if criterion not in forced]
    update: RunState = {"repairs": state.get("repairs", 0) + 1, "reason": repair.reason}
    if new:
        update["forced"] = sorted({*forced, *new})
    else:
        update["status"] = "failed"
    return update
