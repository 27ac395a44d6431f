"""Value-form operators in a running pipeline: nulls, errors, wrong answers, and values nested in columns."""

from __future__ import annotations

from typing import Annotated, Any

import pyarrow as pa
import pytest
from pydantic import Field

from corpusmith.engine.context import Context
from corpusmith.engine.declare import operator
from corpusmith.engine.errors import RowError, UserError
from corpusmith.engine.operator import Drop, Example
from corpusmith.engine.pipeline import Step

EXAMPLE = Example(rows=[], becomes=[])
TEXTS = [{"text": text} for text in ("a", "bb", None, "dddd", "")]
ODD_ANSWERS: dict[str, Any] = {}


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def size(text: str) -> int:
    """Length of the text."""
    return len(text)


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def size_or_none(text: str | None) -> int:
    """Length of the text, -1 for null."""
    return -1 if text is None else len(text)


@operator(kind="refine", phase="repair", example=EXAMPLE)
def shout(text: str) -> str:
    """Upper case; refuses `bb` and breaks on an empty text."""
    if text == "bb":
        raise RowError("no bees")
    return text.upper() + text[0]


@operator(kind="filter", phase="filter", example=EXAMPLE)
def short(text: str, *, most: Annotated[int, Field(description="Longest that is kept.")] = 1) -> Drop | None:
    """Keeps short texts."""
    return Drop("too_long") if len(text) > most else None


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, writes={"first": "text", "length": "integer"})
def first_and_length(text: str) -> tuple[str, int]:
    """First character and length."""
    return text[0], len(text)


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
async def slow_size(text: str, *, context: Context) -> int:
    """Length of the text, asynchronously; refuses `bb`."""
    if text == "bb":
        raise RowError(f"no bees at {context.step}")
    return len(text)


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def needs_a_service(text: str, *, context: Context) -> str:
    """Asks for a service."""
    return str(context.service("models"))


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def odd_integer(text: str) -> int:
    """Whatever the test wants."""
    return ODD_ANSWERS[text]  # type: ignore[no-any-return]


@operator(kind="refine", phase="repair", example=EXAMPLE)
def odd_any(value: Any) -> Any:
    """Whatever the test wants."""
    return ODD_ANSWERS["value"]


@operator(kind="filter", phase="filter", example=EXAMPLE)
def odd_filter(text: str) -> Any:
    """Whatever the test wants."""
    return ODD_ANSWERS[text]


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, writes={"a": "text", "b": "integer"})
def odd_pair(text: str) -> Any:
    """Whatever the test wants."""
    return ODD_ANSWERS[text]


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def drawn(text: str, *, context: Context) -> int:
    """A random number that depends on the text."""
    return context.random(text).randrange(10**9)


ALL = [size, size_or_none, shout, short, first_and_length, slow_size, needs_a_service, drawn]


def test_fused_steps_see_what_the_step_before_them_made(run: Any) -> None:
    steps = [
        Step(id="measure", operator="size"),
        Step(id="shout", operator="shout"),
        Step(id="again", operator="size", write={"size": "new_size"}),
        Step(id="keep", operator="short", params={"most": 3}),
    ]
    ran = run(steps, TEXTS, operators=ALL)
    assert ran.rows() == [{"text": "Aa", "size": 1, "new_size": 2}]
    assert len(ran.execution.stages) == 1
    assert ran.quarantined("shout") == {
        "rows:memory:2": "no bees",
        "rows:memory:5": "IndexError: string index out of range",
    }
    assert ran.dropped("keep") == [("rows:memory:3", "missing_value"), ("rows:memory:4", "too_long")]
    assert [ledger.rows_in for ledger in ran.execution.ledger.steps] == [5, 5, 3, 3]


def test_null_is_answered_without_a_call_unless_the_operator_handles_it(run: Any) -> None:
    steps = [Step(id="a", operator="size"), Step(id="b", operator="size_or_none"), Step(id="c", operator="size_filter")]
    ran = run(steps, TEXTS, operators=ALL)
    assert [row["size_or_none"] for row in ran.rows()] == [1, 2, 4, 0]
    assert ran.dropped("c") == [("rows:memory:3", "size_missing")]
    kept = run([Step(id="c", operator="size_filter", params={"min": 2, "keep_missing": True})], TEXTS, operators=ALL)
    assert [row["text"] for row in kept.rows()] == ["bb", None, "dddd"]


def test_several_results_go_to_their_columns(run: Any) -> None:
    ran = run([Step(id="a", operator="first_and_length", write={"length": "n"})], TEXTS, operators=ALL)
    assert ran.rows()[:3] == [
        {"text": "a", "first": "a", "n": 1},
        {"text": "bb", "first": "b", "n": 2},
        {"text": None, "first": None, "n": None},
    ]
    assert [*ran.quarantined("a")] == ["rows:memory:5"]


def test_asynchronous_operators_keep_the_order_and_quarantine_one_row(run: Any) -> None:
    ran = run([Step(id="slow", operator="slow_size")], TEXTS, operators=ALL)
    assert [row["slow_size"] for row in ran.rows()] == [1, None, 4, 0]
    assert ran.quarantined("slow") == {"rows:memory:2": "no bees at slow"}


async def test_asynchronous_operators_run_inside_a_running_loop(run: Any) -> None:
    ran = run([Step(id="slow", operator="slow_size")], TEXTS, operators=ALL)
    assert len(ran.rows()) == 4


def test_an_error_that_concerns_the_run_stops_it(run: Any) -> None:
    with pytest.raises(UserError, match="Step `ask` needs models, and this run has none"):
        run([Step(id="ask", operator="needs_a_service")], TEXTS, operators=ALL)
    ran = run([Step(id="ask", operator="needs_a_service")], TEXTS, operators=ALL, services={"models": "a model"})
    assert ran.rows()[0]["needs_a_service"] == "a model"


def test_randomness_depends_on_the_seed_and_the_step_alone(run: Any) -> None:
    once, more = (run([Step(id="d", operator="drawn")], TEXTS, operators=ALL, batch_rows=n).rows() for n in (1, 4))
    assert once == more
    other = run([Step(id="e", operator="drawn")], TEXTS, operators=ALL).rows()
    assert other != once


@pytest.mark.parametrize("wrong", [1.5, "7", [1], {}, True, 2**63, float("nan"), object()])
def test_an_answer_of_another_type_quarantines_its_row_alone(run: Any, wrong: object) -> None:
    ODD_ANSWERS.update(a=1, bb=wrong, dddd=4)
    ran = run([Step(id="odd", operator="odd_integer")], TEXTS[:4], operators=[odd_integer])
    assert [row["odd_integer"] for row in ran.rows()] == [1, None, 4]
    assert "does not fit its declared type int64" in ran.quarantined("odd")["rows:memory:2"]


def test_a_whole_number_is_an_integer_and_an_integer_is_a_number(run: Any) -> None:
    ODD_ANSWERS.update(a=2.0, bb=3)
    rows = run([Step(id="odd", operator="odd_integer")], TEXTS[:2], operators=[odd_integer]).rows()
    assert [row["odd_integer"] for row in rows] == [2, 3]


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ([1, 2], "12"),
        ([1, 2], [1, "x"]),
        (["a"], "abc"),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, [("a", 1)]),
        ("text", b"bytes"),
        ("text", "lone \ud800"),
        (7, "7"),
    ],
)
def test_nothing_of_an_answer_is_lost_in_its_column(run: Any, given: object, answer: object) -> None:
    ODD_ANSWERS["value"] = answer
    ran = run([Step(id="odd", operator="odd_any")], [{"value": given}], operators=[odd_any])
    assert ran.rows() == []
    assert "does not fit" in ran.quarantined("odd")["rows:memory:1"]


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ([1, 2], (3,)),
        ([[1.5]], [[2, None], None]),
        ({"a": 1, "b": "x"}, {"b": "y"}),
        ([{"a": 0.5}], [{"a": float("nan")}]),
        ("text", None),
    ],
)
def test_a_refined_column_keeps_its_type(run: Any, given: object, answer: object) -> None:
    ODD_ANSWERS["value"] = answer
    ran = run([Step(id="odd", operator="odd_any")], [{"value": given}], operators=[odd_any])
    before = run([], [{"value": given}]).execution.tables["rows"].schema
    assert ran.execution.tables["rows"].schema == before
    expected = pa.array([answer], before.field("value").type).to_pylist()
    assert repr([row["value"] for row in ran.rows()]) == repr(expected)


@pytest.mark.parametrize("wrong", [False, True, "reason", 0, Drop(""), Drop(None), Drop(3), []])  # type: ignore[arg-type]
def test_a_filter_that_answers_neither_none_nor_a_reason_quarantines_the_row(run: Any, wrong: object) -> None:
    ODD_ANSWERS.update(a=wrong, bb=None, dddd=Drop("long"))
    ran = run([Step(id="odd", operator="odd_filter")], TEXTS[:4], operators=[odd_filter])
    assert [row["text"] for row in ran.rows()] == ["bb"]
    assert "a filter answers None or Drop(reason)" in ran.quarantined("odd")["rows:memory:1"]
    assert ran.dropped("odd") == [("rows:memory:3", "missing_value"), ("rows:memory:4", "long")]


@pytest.mark.parametrize("wrong", ["xy", 3, ("x",), ("x", 1, 2), {"a": "x", "b": 1}])
def test_an_answer_with_another_number_of_values_quarantines_its_row(run: Any, wrong: object) -> None:
    ODD_ANSWERS.update(a=("x", 1), bb=wrong)
    ran = run([Step(id="odd", operator="odd_pair")], TEXTS[:2], operators=[odd_pair])
    assert ran.rows() == [{"text": "a", "a": "x", "b": 1}]
    assert "for 2 columns" in ran.quarantined("odd")["rows:memory:2"]


CHATS = [
    {"meta": {"title": "one"}, "messages": [{"role": "user", "content": "a"}, {"role": "bot", "content": "dddd"}]},
    {"meta": {"title": None}, "messages": [{"role": "user", "content": None}]},
    {"meta": None, "messages": []},
    {"meta": {"title": "four"}, "messages": None},
    {"meta": {"title": "bb"}, "messages": [{"role": "user", "content": "x"}, {"role": "bot", "content": "bb"}]},
]


def test_a_measure_reads_values_in_structs_and_lists(run: Any) -> None:
    steps = [
        Step(id="title", operator="size", bind={"text": "meta.title"}, write={"size": "title_size"}),
        Step(id="each", operator="size", bind={"text": "messages[].content"}),
    ]
    ran = run(steps, CHATS, operators=ALL)
    assert [row["title_size"] for row in ran.rows()] == [3, None, None, 4, 2]
    assert [row["size"] for row in ran.rows()] == [[1, 4], [None], [], None, [1, 2]]


def test_a_refinement_writes_nested_values_back_into_their_places(run: Any) -> None:
    steps = [
        Step(id="title", operator="shout", bind={"text": "meta.title"}),
        Step(id="each", operator="shout", bind={"text": "messages[].content"}),
    ]
    ran = run(steps, CHATS, operators=ALL)
    assert [row["meta"] for row in ran.rows()] == [{"title": "ONEo"}, {"title": None}, None, {"title": "FOURf"}]
    assert ran.rows()[0]["messages"] == [{"role": "user", "content": "Aa"}, {"role": "bot", "content": "DDDDd"}]
    assert [row["messages"] for row in ran.rows()][1:] == [[{"role": "user", "content": None}], [], None]
    assert ran.quarantined("title") == {"rows:memory:5": "no bees"}


def test_a_refinement_may_write_nested_values_to_a_new_column(run: Any) -> None:
    steps = [Step(id="each", operator="shout", bind={"text": "messages[].content"}, write={"text": "loud"})]
    ran = run(steps, CHATS, operators=ALL)
    assert [row["loud"] for row in ran.rows()] == [["Aa", "DDDDd"], [None], [], None]
    assert ran.rows()[0]["messages"] == CHATS[0]["messages"]
    assert [*ran.quarantined("each")] == ["rows:memory:5"]


def test_a_filter_over_a_list_keeps_a_row_when_all_its_values_pass(run: Any) -> None:
    ran = run([Step(id="f", operator="short", bind={"text": "messages[].content"})], CHATS, operators=ALL)
    assert ran.ids() == ["rows:memory:3"]
    reasons = ["too_long", "missing_value", "missing_value", "too_long"]
    assert [reason for _, reason in ran.dropped("f")] == reasons


def test_several_results_per_nested_value_become_lists(run: Any) -> None:
    rows = [{"messages": [{"content": "ab"}, {"content": None}]}]
    ran = run([Step(id="a", operator="first_and_length", bind={"text": "messages[].content"})], rows, operators=ALL)
    assert ran.rows()[0] | {"messages": None} == {"messages": None, "first": ["a", None], "length": [2, None]}


def test_a_column_with_a_dot_in_its_name_is_that_column(run: Any) -> None:
    ran = run([Step(id="a", operator="shout", bind={"text": "meta.title"})], [{"meta.title": "x"}], operators=ALL)
    assert ran.rows() == [{"meta.title": "Xx"}]
