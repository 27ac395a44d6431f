"""The state machine: nodes, and the pure edges between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from ..engine.events import NodeFinished, NodeStarted
from . import edges
from .nodes.contract import clarify, draft_contract, freeze_contract
from .nodes.executing import approve, execute
from .nodes.planning import code, plan, synthesize
from .nodes.profile import profile
from .nodes.proving import diagnose, rehearse, verify
from .nodes.report import report
from .state import RunState
from .workbench import Workbench

Node = Callable[[RunState, Workbench], RunState]

NODES: dict[str, Node] = {
    "profile": profile,
    "draft_contract": draft_contract,
    "clarify": clarify,
    "freeze_contract": freeze_contract,
    "plan": plan,
    "synthesize": synthesize,
    "code": code,
    "rehearse": rehearse,
    "verify": verify,
    "diagnose": diagnose,
    "approve": approve,
    "execute": execute,
    "report": report,
}
_WAITING = frozenset({"clarify", "approve"})
"""Nodes that may wait for a person: LangGraph's ``interrupt`` needs them on its own thread."""

RECURSION_LIMIT = 20 + 6 * (edges.MAX_REPAIRS + 1) + edges.MAX_CODING_ATTEMPTS


def build_graph(bench: Workbench, saver: BaseCheckpointSaver[Any]) -> CompiledStateGraph[RunState]:
    """Return the compiled graph over one workbench."""
    graph: StateGraph[RunState] = StateGraph(RunState)
    for name, node in NODES.items():
        graph.add_node(name, _announced(name, node, bench))  # type: ignore[call-overload]
    graph.add_edge(START, "profile")
    graph.add_edge("profile", "draft_contract")
    graph.add_conditional_edges("draft_contract", partial(edges.after_draft, on_ambiguity=bench.request.on_ambiguity))
    graph.add_edge("clarify", "freeze_contract")
    graph.add_conditional_edges("freeze_contract", edges.after_freeze)
    graph.add_conditional_edges("plan", edges.after_plan)
    graph.add_edge("synthesize", "code")
    graph.add_conditional_edges("code", edges.after_code)
    graph.add_edge("rehearse", "verify")
    graph.add_conditional_edges("verify", edges.after_verify)
    graph.add_conditional_edges("diagnose", edges.after_diagnose)
    graph.add_conditional_edges("approve", partial(edges.after_approve, dry_run=bench.request.dry_run))
    graph.add_edge("execute", "verify")
    graph.add_edge("report", END)
    return graph.compile(checkpointer=saver)


def _announced(name: str, node: Node, bench: Workbench) -> Callable[[RunState], Awaitable[RunState]]:
    async def run(state: RunState) -> RunState:
        bench.emit(NodeStarted(node=name))
        update = node(state, bench) if name in _WAITING else await asyncio.to_thread(node, state, bench)
        bench.emit(NodeFinished(node=name))
        return update

    return run
