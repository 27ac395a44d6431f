from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
TASK = {"task": "Write questions on the passage.", "count": 2}


def test_each_item_is_a_row_of_its_own(run: Run) -> None:
    rows = [{"id": 1, "input": "a"}, {"id": 2, "input": " "}]
    ran = run("prompted_items", rows, {"items": [" Who?", "Why?"]}, bind={"passage": "input"}, **TASK)
    assert ran.rows == [{"id": 1, "input": "a", "item": "Who?"}, {"id": 1, "input": "a", "item": "Why?"}]
    assert ran.dropped == ["no_children"]
    assert len(ran.requests) == 1


@pytest.mark.parametrize(
    "items", [["Who?"], ["Who?", "Why?", "When?"], ["Who?", " "], ["Who?", "who? "], ["Who?", None], "Who? Why?", []]
)
def test_too_few_too_many_empty_or_repeated_items_quarantine_the_row(run: Run, items: Any) -> None:
    ran = run("prompted_items", [{"input": "a"}], {"items": items}, **TASK)
    assert (ran.rows, len(ran.errors)) == ([], 1)


def test_the_model_is_told_how_many(run: Run) -> None:
    ran = run("prompted_items", [{"input": "a passage"}], {"items": ["Who?", "Why?"]}, **TASK)
    assert ran.asked().startswith("Write questions on the passage.\n\n<data-")
    assert "Write 2 of them" in ran.asked().splitlines()[-1]
