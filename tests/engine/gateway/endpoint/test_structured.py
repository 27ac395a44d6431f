"""Answers are held to their schema, and what does not fit is named so that a model can mend it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.gateway.endpoint.structured import (
    UnfitAnswerError,
    parsed,
    reask,
    schema_of,
    schema_of_choices,
    value_of,
    without_thoughts,
)
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, WireAnswer
from corpusmith.engine.models import Message, Usage

SCHEMA = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 5}, "why": {"type": "string"}},
    "required": ["score"],
    "additionalProperties": False,
}
MESSAGES = (Message(role="user", content="Judge this."),)


def request(**fields: Any) -> ChatRequest:
    return ChatRequest(model="m", messages=MESSAGES, **fields)


def answer(text: str, reason: str = "stop") -> WireAnswer:
    return WireAnswer(text, reason, Usage(), "m")


@pytest.mark.parametrize(
    "text",
    [
        '{"score": 4}',
        ' {"score":4}\n',
        '```json\n{"score": 4}\n```',
        '```\n{"score": 4}```',
        '\n```JSON\n{"score": 4}\n```\n',
    ],
)
def test_a_fitting_answer_is_its_value_with_or_without_a_fence(text: str) -> None:
    assert parsed(text, SCHEMA) == {"score": 4}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "The score is 4.",
        'Sure: {"score": 4}',
        '```json\n{"score": 4}\n```\nDone.',
        '{"score": 4} {"score": 5}',
    ],
)
def test_a_value_is_never_searched_for_in_prose(text: str) -> None:
    with pytest.raises(UnfitAnswerError):
        parsed(text, SCHEMA)


@pytest.mark.parametrize(
    ("text", "place"),
    [('{"score": 9}', "$.score"), ('{"score": "4"}', "$.score"), ("{}", "$"), ('{"score": 4, "x": 1}', "$")],
)
def test_what_does_not_fit_is_named_with_its_place(text: str, place: str) -> None:
    with pytest.raises(UnfitAnswerError, match=rf"does not fit at \{place}: "):
        parsed(text, SCHEMA)


def test_a_field_that_may_be_null_is_told_what_it_must_be_otherwise() -> None:
    nullable = {"type": "object", "properties": {"n": {"anyOf": [{"type": "number"}, {"type": "null"}]}}}
    with pytest.raises(UnfitAnswerError, match=r"at \$\.n: '1\.234,50' is not of type"):
        parsed('{"n": "1.234,50"}', nullable)


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=8))
def test_any_json_value_survives(value: Any) -> None:
    assert parsed(orjson.dumps(value).decode(), {}) == value


def test_a_choice_is_its_label_as_an_object_or_alone() -> None:
    asked = request(choices=("yes", "no"))
    assert value_of(asked, answer('{"choice": "yes"}')) == "yes"
    assert value_of(asked, answer(" no\n")) == "no"


@pytest.mark.parametrize("text", ["Yes", "maybe", '{"choice": "maybe"}', "yes, because", '"yes"'])
def test_another_label_is_unfit(text: str) -> None:
    with pytest.raises(UnfitAnswerError):
        value_of(request(choices=("yes", "no")), answer(text))


def test_an_answer_that_was_cut_off_says_so() -> None:
    with pytest.raises(UnfitAnswerError, match="cut off"):
        value_of(request(response_schema=SCHEMA), answer('{"score": 4}', "length"))


def test_without_a_schema_any_text_will_do() -> None:
    assert schema_of(request()) is None
    assert value_of(request(), answer("Anything.", "length")) is None


def test_the_schema_of_choices_allows_them_and_nothing_else() -> None:
    schema = schema_of_choices(["a", "b"])
    assert parsed('{"choice": "b"}', schema) == {"choice": "b"}
    with pytest.raises(UnfitAnswerError):
        parsed('{"choice": "c"}', schema)


def test_asking_again_goes_on_with_the_answer_what_is_wrong_and_what_is_wanted() -> None:
    again = reask(request(response_schema=SCHEMA), "4", "The answer is no object.")
    assert again[:1] == MESSAGES
    assert again[1] == {"role": "assistant", "content": "4"}
    assert again[2]["role"] == "user"
    assert "The answer is no object." in again[2]["content"]
    assert orjson.dumps(SCHEMA).decode() in again[2]["content"]


def test_asking_again_for_a_label_names_the_labels_and_speaks_of_no_schema() -> None:
    again = reask(request(choices=("yes", 'say "no"')), "Yes.", "No label.")
    assert '["yes","say \\"no\\""]' in again[2]["content"]
    assert "schema" not in again[2]["content"]


@pytest.mark.parametrize("blank", ["", " \n"])
def test_asking_again_after_a_blank_answer_sends_no_blank_message(blank: str) -> None:
    assert [bool(message["content"].strip()) for message in reask(request(), blank, "No JSON.")] == [True] * 3


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<think>Is it? Yes.</think>\n\nyes", "yes"),
        ("\n<think>\n\n</think>\n\nyes", "yes"),
        ("It may be.\n</think>\n\nyes", "yes"),
        ("<think>never ended", "<think>never ended"),
        ("yes", "yes"),
        (" In HTML, <think> and </think> are no tags.", " In HTML, <think> and </think> are no tags."),
    ],
)
def test_thinking_before_an_answer_is_no_part_of_it(text: str, spoken: str) -> None:
    assert without_thoughts(text) == spoken
