from __future__ import annotations

from typing import Any

import pytest

from corpusmith.agents.brain import PlanningTask
from corpusmith.agents.rules import planner
from corpusmith.tools.checks.catalogue import rule
from corpusmith.tools.contract.model import Contract, Criterion, Span
from corpusmith.tools.contract.subject import Subject
from corpusmith.tools.operators import load_registry

NO_DATA = rule("no_personal_data")


def params(**settings: Any) -> Any:
    return NO_DATA.Params.model_validate({"column": "text", **settings})


@pytest.mark.parametrize("style", ["tag", "remove"])
def test_the_style_decides_what_an_edit_leaves_and_nothing_else(style: str) -> None:
    settings = params(style=style)
    edit, drop = NO_DATA.remedies(settings, "any")
    assert edit.params["style"] == style
    assert "style" not in drop.params
    assert NO_DATA.holds("[EMAIL]", settings)
    assert ("removed" in NO_DATA.describe(settings)) is (style == "remove")


def test_kinds_of_different_styles_are_masked_in_steps_of_their_own() -> None:
    span = Span(quote="q", start=0, end=1)
    uses = [{"kinds": ["email"], "style": "remove"}, {"kinds": ["phone"]}, {"kinds": ["phone"], "style": "tag"}]
    criteria = [
        Criterion(
            id=f"c{at}",
            span=span,
            check="every_row",
            params={"rule": "no_personal_data", "params": {"column": "text", **use}},
        )
        for at, use in enumerate(uses)
    ]
    task = PlanningTask(
        Contract(spec_hash="s", criteria=criteria),
        Subject(columns={"text": "text"}, text_column="text", rows=10),
        frozenset(),
        frozenset(),
        load_registry(),
    )
    intents = planner.plan(task, lambda words: []).intents
    assert [(intent.criteria, intent.params["kinds"], intent.params["style"]) for intent in intents] == [
        (["c0"], ["email"], "remove"),
        (["c1", "c2"], ["phone"], "tag"),
    ]
