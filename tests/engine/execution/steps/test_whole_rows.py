"""Operators over a whole row: what they are given, what is checked before a run, and that rows stay on their own."""

from __future__ import annotations

from ast import literal_eval
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from corpusmith.engine.checking.estimate import estimate
from corpusmith.engine.checking.lint import lint_pipeline
from corpusmith.engine.checking.static_check import check_pipeline
from corpusmith.engine.columns import Row
from corpusmith.engine.context import Context
from corpusmith.engine.declare import OPERATOR_ATTRIBUTE, operator
from corpusmith.engine.errors import BudgetReachedError, RowError, UserError
from corpusmith.engine.operator import Drop, Example, Operator, RowFields
from corpusmith.engine.pipeline import Pipeline, Step

EXAMPLE = Example(rows=[], becomes=[])
ASKED: Counter[str] = Counter()
LIMIT = [10**9]
SCHEMA = pa.schema(
    [("text", pa.string()), ("title", pa.string()), ("meta", pa.struct([("year", pa.int64())]))],
)
ROWS = [{"text": "a", "title": "A", "meta": {"year": 1}}, {"text": None, "title": None, "meta": None}]


def named(params: Any) -> RowFields:
    if "" in params.names:
        raise UserError("A name is empty.")
    return RowFields(frozenset(params.names), frozenset({"tone"}))


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, writes={"seen": "text"})
def seen(row: Row) -> str:
    """What it is given."""
    if row.get("text") == "bad":
        raise RowError("bad")
    return repr(row)


@operator(kind="evaluate", phase="annotate", example=EXAMPLE, writes={"seen": "text"}, row_fields=named)
def seen_by_name(row: Row, *, names: list[str]) -> str:
    """What it is given of the fields that a parameter names, and of `tone` where that is there."""
    return repr(row)


@operator(kind="filter", phase="filter", example=EXAMPLE)
def untitled(row: Row) -> Drop | None:
    """Drops rows without a title."""
    return None if row["title"] else Drop("no_title")


@operator(kind="generate", phase="generate", rows="expand", writes={"field": "text"}, example=EXAMPLE)
def fields(row: Row) -> list[str]:
    """A child per field."""
    return sorted(row)


@operator(kind="evaluate", phase="annotate", example=EXAMPLE)
def filled(row: Row) -> int:
    """How many fields hold something."""
    return sum(value is not None for value in row.values())


@operator(
    kind="generate", phase="generate", needs=("llm",), writes={"reply": "text"}, example=EXAMPLE, row_fields=named
)
async def reply(row: Row, *, names: list[str], context: Context) -> str:
    """Something that is paid for."""
    if ASKED.total() >= LIMIT[0]:
        raise BudgetReachedError("No more.")
    ASKED[repr(row)] += 1
    if row["text"] == "7":
        raise RowError("no answer")
    return f"{row['text']}!"


ALL = [seen, seen_by_name, untitled, fields, filled, reply]


def step(name: str, **given: Any) -> Step:
    return Step(id=name, operator=name, **given)


def test_without_bindings_a_row_has_every_column_and_nothing_of_the_engine(run: Any) -> None:
    ran = run([step("seen")], ROWS, operators=ALL)
    assert [literal_eval(row["seen"]) for row in ran.rows()] == ROWS


def test_a_step_that_binds_gives_what_it_binds(run: Any) -> None:
    bind = {"body": "text", "year": "meta.year"}
    ran = run([step("seen", bind=bind)], ROWS, operators=ALL)
    assert [literal_eval(row["seen"]) for row in ran.rows()] == [{"body": "a", "year": 1}, {"body": None, "year": None}]


def test_a_path_through_a_list_gives_the_list_of_its_values(run: Any) -> None:
    rows = [{"messages": [{"content": "a"}, {"content": "b"}]}, {"messages": []}, {"messages": None}]
    ran = run([step("seen", bind={"said": "messages[].content"})], rows, operators=ALL)
    assert [literal_eval(row["seen"])["said"] for row in ran.rows()] == [["a", "b"], [], None]


def test_parameters_that_name_fields_leave_the_others_out(run: Any) -> None:
    one = step("seen_by_name", params={"names": ["title", "year"]}, bind={"year": "meta.year"})
    ran = run([one], ROWS[:1], operators=ALL)
    assert ran.rows()[0]["seen"] == repr({"title": "A", "year": 1})
    ran = run([one], [{**ROWS[0], "tone": "dry"}], operators=ALL)
    assert ran.rows()[0]["seen"] == repr({"title": "A", "year": 1, "tone": "dry"})


def test_a_row_that_fails_is_quarantined_alone(run: Any) -> None:
    ran = run([step("seen")], [{"text": "a"}, {"text": "bad"}, {"text": "c"}], operators=ALL)
    assert len(ran.rows()) == 2
    assert list(ran.quarantined("seen").values()) == ["bad"]


def test_filters_and_expansions_take_rows(run: Any) -> None:
    ran = run([step("untitled"), step("fields", bind={"b": "text", "a": "title"})], ROWS, operators=ALL)
    assert [reason for _, reason in ran.dropped("untitled")] == ["no_title"]
    assert [row["field"] for row in ran.rows()] == ["a", "b"]


def test_a_measure_of_rows_has_its_filter(run: Any) -> None:
    ran = run([step("filled_filter", params={"min": 2})], ROWS, operators=ALL)
    assert (ran.rows(), len(ran.dropped("filled_filter"))) == (ROWS[:1], 1)


def problems(registry_of: Any, **given: Any) -> list[str]:
    checked = Pipeline(steps=[step(**given)])
    return [found.message for found in check_pipeline(checked, registry_of(*ALL), {"rows": SCHEMA})]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "seen"}, []),
        ({"name": "seen", "bind": {"anything": "text"}}, []),
        ({"name": "seen", "bind": {"a": "txt"}}, ["column `txt` not found", "Did you mean `text`"]),
        ({"name": "seen", "bind": {"a": "meta.yaer"}}, ["leads nowhere"]),
        ({"name": "seen", "bind": {"seen": "text"}}, ["which `seen` writes"]),
        ({"name": "seen_by_name", "params": {"names": ["text", "title"]}}, []),
        ({"name": "seen_by_name", "params": {"names": ["titel"]}}, ["`titel` not found", "Did you mean `title`"]),
        ({"name": "seen_by_name", "params": {"names": ["titel"]}, "bind": {"titel": "title"}}, []),
        ({"name": "seen_by_name", "params": {"names": ["text"]}, "bind": {"tex": "title"}}, ["mean `text`"]),
        ({"name": "seen_by_name", "params": {"names": [""]}}, ["A name is empty."]),
    ],
)
def test_what_does_not_fit_is_found_before_the_run(registry_of: Any, given: dict[str, Any], said: list[str]) -> None:
    found = problems(registry_of, **given)
    assert len(found) == bool(said)
    assert all(words in found[0] for words in said)


def test_a_field_that_parameters_name_is_found_wrong_after_a_step_too(registry_of: Any) -> None:
    steps = [step("word_count", write={"word_count": "words"}), step("seen_by_name", params={"names": ["word"]})]
    found = check_pipeline(Pipeline(steps=steps), registry_of(*ALL), {"rows": SCHEMA})
    assert ["Did you mean `words`" in problem.message for problem in found] == [True]


def test_a_stopped_step_pays_for_no_row_twice_and_asks_by_what_it_shows(run: Any, tmp_path: Any) -> None:
    ASKED.clear()
    rows = [{"id": number, "text": str(number % 80)} for number in range(100)]
    one = step("reply", params={"names": ["text"]})
    services = {"llm": Names()}
    LIMIT[0] = 50
    with pytest.raises(BudgetReachedError):
        run([one], rows, operators=ALL, work=tmp_path / "work", services=services)
    LIMIT[0] = 10**9
    ran = run([one], rows, operators=ALL, work=tmp_path / "work", services=services)
    assert len(ran.rows()) == 98
    assert list(ran.quarantined("reply").values()) == ["no answer"] * 2
    asked = {question: times for question, times in ASKED.items() if "7" not in question}
    assert set(asked.values()) == {1}
    assert len(ASKED) == 80


class Names:
    def identity(self, role: str) -> str:
        return role


def test_an_estimate_counts_the_columns_that_are_shown(registry_of: Any) -> None:
    def tokens(**given: Any) -> int | None:
        pipeline = Pipeline(steps=[step("reply", **given)])
        known = {"text": 40.0, "title": 4.0}
        (found,) = estimate(pipeline, registry_of(*ALL), {"rows": 10}, characters=known)
        assert found.calls == (None if given["params"] == {} else 10)
        return found.prompt_tokens

    assert tokens(params={"names": ["text", "title"]}) == 110
    assert tokens(params={"names": ["body"]}, bind={"body": "text"}) == 100
    assert tokens(params={"names": ["body"]}) is None
    assert tokens(params={}) is None


def test_a_warning_sees_what_is_read_of_a_row(registry_of: Any) -> None:
    steps = [step("fields", bind={"a": "title"}), step("untitled", bind={"title": "title"})]
    (warning,) = lint_pipeline(Pipeline(steps=steps), registry_of(*ALL))
    assert "have the same `title`" in warning.message


def two_columns(row: Row, text: str) -> str:
    """Takes a column beside the row."""
    return text


def no_row(text: str) -> str:
    """Takes no row."""
    return text


@pytest.mark.parametrize(
    ("function", "traits", "message"),
    [
        (two_columns, {}, "takes a whole row"),
        (seen, {"columnar": lambda *_: None}, "no columnar twin"),
        (no_row, {"row_fields": named}, "annotated `Row`"),
    ],
)
def test_traits_that_do_not_go_with_a_row_are_refused(function: Any, traits: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        operator(kind="evaluate", phase="annotate", example=EXAMPLE, **traits)(function)


def test_calls_are_counted_by_what_an_operator_needs_unless_it_says_so() -> None:
    made: Operator = getattr(reply, OPERATOR_ATTRIBUTE)
    none: Operator = getattr(seen, OPERATOR_ATTRIBUTE)
    assert made.calls(made.params.model_validate({"names": []})) == 1
    assert none.calls(none.params()) == 0
