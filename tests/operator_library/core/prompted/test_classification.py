from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpusmith.engine.errors import UserError

Run = Callable[..., Any]
LABELS = {"labels": {"sport": "Games.", "politics": ""}}


@pytest.mark.parametrize("answer", ["sport", '{"choice": "sport"}'])
def test_the_label_becomes_a_column(run: Run, answer: str) -> None:
    assert run("prompted_label", [{"input": "a"}], answer, **LABELS).rows == [{"input": "a", "label": "sport"}]


def test_no_label_fits_is_null(run: Run) -> None:
    ran = run("prompted_label", [{"input": "a"}, {"input": None}], "none of these", **LABELS)
    assert [row["label"] for row in ran.rows] == [None, None]
    assert len(ran.requests) == 1


@pytest.mark.parametrize("answer", ["weather", "Sport, I think", "1", "", "all done", '{"label": "sport"}'])
def test_any_other_word_quarantines_the_row(run: Run, answer: str) -> None:
    ran = run("prompted_label", [{"input": "a"}], answer, **LABELS)
    assert (ran.rows, len(ran.errors), len(ran.requests)) == ([], 1, 2)


def test_the_model_is_told_the_labels_and_what_they_mean(run: Run) -> None:
    ran = run("prompted_label", [{"input": "a"}], "sport", **LABELS)
    assert ran.asked().startswith("Labels:\n- sport: Games.\n- politics\n")
    assert '"none of these"' in ran.requests[0].messages[0]["content"]
    assert ran.requests[0].choices == ("sport", "politics", "none of these")


@pytest.mark.parametrize("labels", [{"": ""}, {"none of these": ""}, {"a": "", "A ": ""}, {}])
def test_labels_that_could_be_confused_are_refused(run: Run, labels: dict[str, str]) -> None:
    with pytest.raises(UserError, match="labels"):
        run("prompted_label", [{"input": "a"}], "a", labels=labels)


@pytest.mark.parametrize(
    ("answer", "labels"), [(["politics", "sport"], ["sport", "politics"]), ([], []), (["sport", "sport"], ["sport"])]
)
def test_several_labels_come_in_the_order_of_the_parameter(run: Run, answer: list[str], labels: list[str]) -> None:
    ran = run("prompted_labels", [{"input": "a"}], {"labels": answer}, **LABELS)
    assert ran.rows == [{"input": "a", "labels": labels}]


@pytest.mark.parametrize("answer", [{"labels": ["weather"]}, {"labels": "sport"}, {"labels": None}, "sport"])
def test_several_labels_hold_no_other_word(run: Run, answer: Any) -> None:
    assert run("prompted_labels", [{"input": "a"}], answer, **LABELS).rows == []
