"""What a person answers to an open question decides the contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from corpusmith.agents.graph import build_graph
from corpusmith.agents.request import RunRequest
from corpusmith.agents.rules.brain import RuleBrain
from corpusmith.agents.workbench import Workbench
from corpusmith.engine.events import discard
from corpusmith.memory.artifacts import FolderStore
from corpusmith.tools.operators import load_registry


@pytest.mark.parametrize(("chosen", "least"), [(0, 20), (1, 50)])
async def test_the_chosen_option_is_what_is_frozen(chosen: int, least: int, tmp_path: Path) -> None:
    data, out = tmp_path / "docs.jsonl", tmp_path / "out"
    data.write_text("".join(json.dumps({"text": f"{'plain English words ' * 20}{i}"}) + "\n" for i in range(5)))
    request = RunRequest(spec="Drop texts that are too short.", data=[data], out=out, on_ambiguity="fail")
    bench = Workbench("r", request, load_registry(), RuleBrain(), FolderStore(tmp_path / "store"), discard)
    graph = build_graph(bench, InMemorySaver())
    config = {"configurable": {"thread_id": "r"}}
    await graph.ainvoke({"repairs": 0}, config)
    (waiting,) = (await graph.aget_state(config)).interrupts
    (question,) = waiting.value["questions"]
    ended = await graph.ainvoke(Command(resume={question["id"]: chosen}), config)
    length = next(c for c in bench.contract(ended).criteria if c.check == "every_row" and c.span)
    assert length.params["params"]["min"] == least
    assert ended["status"] == "verified"
