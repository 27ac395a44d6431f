"""``plan``, ``synthesize`` and ``code``: from frozen checks to a pipeline that passes the static check."""

from __future__ import annotations

from ...engine.checking.static_check import check_pipeline
from ...engine.context import EMBEDDING, LLM
from ...engine.events import PlanProposed, Warned
from ...engine.pipeline import Pipeline, Step
from ...engine.registry import Registry
from ...tools.rehearsal.input_as_output import met_by_input
from ..brain import CodingTask, PlanningTask
from ..plan import Plan
from ..state import RunState
from ..workbench import Workbench


def plan(state: RunState, bench: Workbench) -> RunState:
    """Have the brain choose an operator for every criterion."""
    contract = bench.contract(state)
    task = PlanningTask(
        contract=contract,
        subject=bench.subject(state),
        met_by_input=met_by_input(contract, bench.source),
        forced=frozenset(state.get("forced", [])),
        registry=bench.registry,
    )
    made = bench.brain.plan(task)
    for note in made.notes:
        bench.emit(Warned(message=note))
    return {"plan": bench.keep(made), "gaps": len(made.gaps), "coding_attempts": 0, "static_problems": []}


def synthesize(state: RunState, bench: Workbench) -> RunState:
    """Have the brain make an operator for every gap; what it cannot make stays named."""
    made = bench.recall(state["plan"], Plan)
    open_gaps = [gap for gap in made.gaps if bench.brain.synthesize(gap) is None]
    for gap in open_gaps:
        if gap.criteria:
            bench.emit(Warned(message=f"No operator does this: {gap.need}"))
        if gap.nearest:
            near = ", ".join(_with_needs(name, bench.registry) for name in gap.nearest)
            bench.emit(Warned(message=f"Operators that come near “{gap.need}”: {near}."))
    return {"gaps": len(open_gaps)}


def _with_needs(name: str, registry: Registry) -> str:
    """The operator's name, and what it needs that a run without a model does not have."""
    needs = ["a model" if need in (LLM, EMBEDDING) else f"`{need}`" for need in registry.get(name).needs]
    return f"{name} (needs {' and '.join(dict.fromkeys(needs))})" if needs else name


def code(state: RunState, bench: Workbench) -> RunState:
    """Have the brain write the pipeline, and check it before it may run."""
    task = CodingTask(
        contract=bench.contract(state),
        subject=bench.subject(state),
        plan=bench.recall(state["plan"], Plan),
        registry=bench.registry,
        seed=bench.request.seed,
        problems=state.get("static_problems", []),
    )
    pipeline = bench.brain.code(task).locked(bench.registry)
    found = [str(problem) for problem in check_pipeline(pipeline, bench.registry, {"rows": bench.source.schema})]
    if not found:
        bench.emit(PlanProposed(pipeline_hash=pipeline.hash, steps=steps_in_words(pipeline, bench.registry)))
    return {
        "pipeline": bench.keep(pipeline),
        "pipeline_hash": pipeline.hash,
        "static_problems": found,
        "coding_attempts": state.get("coding_attempts", 0) + 1,
        "reason": "; ".join(found),
    }


def steps_in_words(pipeline: Pipeline, registry: Registry) -> list[dict[str, object]]:
    """Return one row per step for a table: id, operator, parameters that are no defaults, columns, criteria served."""
    return [
        {
            "step": step.id,
            "operator": step.operator,
            "params": _told(step, registry),
            "columns": sorted(step.bind.values()),
            "serves": step.serves,
        }
        for step in pipeline.steps
    ]


def _told(step: Step, registry: Registry) -> dict[str, object]:
    fields = registry.get(step.operator).params.model_fields
    return {name: value for name, value in step.params.items() if fields[name].get_default() != value}
