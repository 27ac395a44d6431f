from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpusmith.engine.errors import UserError

Run = Callable[..., Any]
FIELDS = {
    "fields": {
        "name": {},
        "age": {"type": "integer"},
        "pay": {"type": "number", "meaning": "in euro"},
        "retired": {"type": "boolean"},
        "towns": {"type": "list of texts"},
        "mood": {"choices": ["good", "bad"]},
    }
}
FOUND = {"name": "Nora", "age": 41, "pay": 1.5, "retired": False, "towns": ["Kiel"], "mood": "good"}
NOTHING = {"name": None, "age": None, "pay": None, "retired": None, "towns": [], "mood": None}


def test_the_fields_become_one_struct_in_their_order(run: Run) -> None:
    ran = run("structured_extraction", [{"text": "a"}], dict(reversed(FOUND.items())), **FIELDS)
    assert list(ran.rows[0]["extracted"].items()) == list(FOUND.items())


@pytest.mark.parametrize(("said", "held"), [({"pay": 2}, {"pay": 2.0}), ({"age": 41.0}, {"age": 41})])
def test_a_number_that_fits_another_type_without_loss_takes_that_of_its_field(
    run: Run, said: dict[str, Any], held: dict[str, Any]
) -> None:
    ran = run("structured_extraction", [{"text": "a"}], {**FOUND, **said}, **FIELDS)
    (name, value) = next(iter(held.items()))
    assert repr(ran.rows[0]["extracted"][name]) == repr(value)


def test_a_number_that_no_column_holds_quarantines_the_row(run: Run) -> None:
    ran = run("structured_extraction", [{"text": "a"}], {**FOUND, "age": 2**70}, **FIELDS)
    assert (ran.rows, len(ran.errors)) == ([], 1)


def test_what_the_text_does_not_give_is_null(run: Run) -> None:
    ran = run("structured_extraction", [{"text": "a"}], NOTHING, **FIELDS)
    assert ran.rows[0]["extracted"] == NOTHING


def test_a_blank_text_has_nothing_to_give_and_is_not_sent(run: Run) -> None:
    ran = run("structured_extraction", [{"text": " "}, {"text": None}], FOUND, **FIELDS)
    assert [row["extracted"] for row in ran.rows] == [NOTHING, None]
    assert ran.requests == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"age": "41"},
        {"age": 41.5},
        {"pay": "much"},
        {"retired": "no"},
        {"towns": None},
        {"towns": "Kiel"},
        {"mood": "fair"},
        {"extra": 1},
    ],
)
def test_a_value_of_another_type_quarantines_the_row(run: Run, wrong: dict[str, Any]) -> None:
    ran = run("structured_extraction", [{"text": "a"}], {**FOUND, **wrong}, **FIELDS)
    assert (ran.rows, len(ran.errors), len(ran.requests)) == ([], 1, 2)


@pytest.mark.parametrize("answer", ["Name: Nora", "{", "{}", "[]", "null"])
def test_what_is_no_object_of_the_fields_quarantines_the_row(run: Run, answer: str) -> None:
    assert run("structured_extraction", [{"text": "a"}], answer, **FIELDS).rows == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Nora lives in Kiel.", True), ("NORA\nof  kiel", True), ("Nora lives in Rome.", False), ("Anna, Kiel", False)],
)
def test_verbatim_values_stand_in_the_text(run: Run, text: str, kept: bool) -> None:
    ran = run("structured_extraction", [{"text": text}], FOUND, verbatim=True, **FIELDS)
    assert bool(ran.rows) is kept
    assert not ran.errors or "does not stand in the text" in ran.errors[0]


def test_the_model_is_told_what_each_field_means(run: Run) -> None:
    ran = run("structured_extraction", [{"text": "a"}], FOUND, **FIELDS)
    assert ran.asked().startswith("Fields:\n- name (text)\n- age (integer)\n- pay (number): in euro\n")


def test_an_unknown_type_is_found_before_the_run(run: Run) -> None:
    with pytest.raises(UserError, match="fields"):
        run("structured_extraction", [{"text": "a"}], FOUND, fields={"age": {"type": "int"}})
