"""One request, one attempt, over real HTTP: what is sent, what comes back, and what a fault becomes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.gateway.endpoint.chat_bodies import vectors_in
from corpusmith.engine.gateway.endpoint.faults import (
    PassingError,
    RefusedError,
    UnknownModelError,
    UnreachableError,
    UnusableError,
    WireError,
)
from corpusmith.engine.gateway.endpoint.openai_transport import OpenAITransport
from corpusmith.engine.gateway.endpoint.structured import parsed, value_of
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, WireAnswer
from corpusmith.engine.models import Message
from corpusmith.evals.speed.fake_endpoint import Behaviour, Endpoint
from corpusmith.evals.speed.fake_endpoint.answers import vector_of

KEY = "a-key-that-nobody-may-see"


def asked(text: str = "Say something.", **fields: Any) -> ChatRequest:
    return ChatRequest(**{"model": "test-model", "messages": (Message(role="user", content=text),), **fields})


@pytest.fixture
async def transport(endpoint: Endpoint) -> AsyncIterator[OpenAITransport]:
    made = OpenAITransport(endpoint.base_url, KEY, timeout_s=30)
    yield made
    await made.close()


async def collected(transport: OpenAITransport, request: ChatRequest) -> list[str | WireAnswer]:
    return [piece async for piece in transport.stream(request)]


async def test_an_answer_comes_with_its_usage_and_finish_reason(transport: OpenAITransport, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(answers={"ping": "one two three"}))
    answer = await transport.chat(asked("ping pong"))
    assert answer == ("one two three", "stop", (2, 3), "test-model")


@pytest.mark.parametrize(("fault", "reason"), [("cut_off", "length"), ("filtered", "content_filter")])
async def test_the_finish_reason_is_delivered_as_it_came(
    transport: OpenAITransport, endpoint: Endpoint, fault: str, reason: str
) -> None:
    endpoint.behave(Behaviour(always={"": fault}))
    assert (await transport.chat(asked())).finish_reason == reason
    assert (await collected(transport, asked()))[-1].finish_reason == reason  # type: ignore[union-attr]


async def test_what_is_left_open_is_not_sent(transport: OpenAITransport, endpoint: Endpoint) -> None:
    await transport.chat(asked())
    assert set(endpoint.log()[0]["content"]) == {"model", "messages"}


async def test_everything_that_decides_the_answer_is_sent(transport: OpenAITransport, endpoint: Endpoint) -> None:
    await transport.chat(asked(temperature=0.0, top_p=0.5, max_tokens=7, seed=3, stop=("END",)))
    sent = endpoint.log()[0]["content"]
    assert [sent[name] for name in ("temperature", "top_p", "max_tokens", "seed", "stop")] == [0.0, 0.5, 7, 3, ["END"]]


async def test_equal_requests_are_sent_as_equal_bytes(transport: OpenAITransport, endpoint: Endpoint) -> None:
    for _ in range(2):
        await transport.chat(asked(seed=1, temperature=0.7))
    assert list(endpoint.counts().values()) == [2]


async def test_a_schema_is_sent_as_the_response_format_and_obeyed(
    transport: OpenAITransport, endpoint: Endpoint
) -> None:
    schema = {"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]}
    answer = await transport.chat(asked(response_schema=schema))
    assert isinstance(parsed(answer.text, schema)["score"], int)
    sent = endpoint.log()[0]["content"]
    assert sent["response_format"]["json_schema"] == {"name": "answer", "schema": schema, "strict": False}
    assert not any(name.startswith("guided") for name in sent)


async def test_a_closed_schema_is_asked_for_strictly(transport: OpenAITransport, endpoint: Endpoint) -> None:
    part = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
    whole = {"type": "object", "properties": {"p": part}, "required": ["p"], "additionalProperties": False}
    half = {**whole, "properties": {"p": {**part, "required": []}}}
    for schema in (whole, half):
        await transport.chat(asked(response_schema=schema))
    sent = [line["content"]["response_format"]["json_schema"]["strict"] for line in endpoint.log()]
    assert sent == [True, False]


async def test_choices_are_sent_as_a_schema(transport: OpenAITransport) -> None:
    request = asked(choices=("good", "bad"))
    assert value_of(request, await transport.chat(request)) in ("good", "bad")


async def test_a_stream_comes_in_pieces_and_ends_with_the_whole(transport: OpenAITransport, endpoint: Endpoint) -> None:
    *pieces, whole = await collected(transport, asked())
    assert len(pieces) > 1
    assert whole == ("".join(map(str, pieces)), "stop", (2, len(pieces)), "test-model")
    assert endpoint.log()[0]["content"]["stream_options"] == {"include_usage": True}


async def test_vectors_come_in_the_order_of_the_texts(transport: OpenAITransport) -> None:
    both = await transport.embed("test-embedding", ["a", "b c"])
    assert both.vectors == [vector_of("a", 8), vector_of("b c", 8)]
    assert both.usage.prompt_tokens == 3


def test_vectors_that_come_out_of_order_are_put_in_order() -> None:
    rows = [{"index": 1, "embedding": [1]}, {"index": 0, "embedding": [0]}]
    assert vectors_in(orjson.dumps({"data": rows}), 2).vectors == [[0.0], [1.0]]
    with pytest.raises(PassingError, match="3 texts with 2 vectors"):
        vectors_in(orjson.dumps({"data": rows}), 3)


async def test_the_offered_models_are_listed(transport: OpenAITransport) -> None:
    assert await transport.models() == ["test-model", "test-embedding"]


FAULTS: list[tuple[str, type[WireError]]] = [
    ("busy", PassingError),
    ("error", PassingError),
    ("drop", PassingError),
    ("invalid_body", PassingError),
    ("truncated_body", PassingError),
    ("unauthorized", UnusableError),
    ("unknown_model", UnknownModelError),
    ("refused", RefusedError),
    ("content_filter", RefusedError),
    ("overflow", RefusedError),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
async def test_each_fault_is_typed_alike_for_chats_streams_and_vectors(
    transport: OpenAITransport, endpoint: Endpoint, fault: str, kind: type[WireError]
) -> None:
    endpoint.behave(Behaviour(always={"": fault}))
    raised = []
    for attempt in (
        transport.chat(asked()),
        collected(transport, asked()),
        transport.embed("test-embedding", ["text"]),
    ):
        with pytest.raises(WireError) as caught:
            await attempt
        raised.append(caught.value)
    assert {type(error) for error in raised} == {kind}
    for error in raised:
        assert KEY not in str(error)
        assert "127.0.0.1" not in str(error)
        assert str(endpoint.port) not in str(error)


@pytest.mark.parametrize("dialect", ["openai", "vllm", "llama.cpp"])
async def test_an_overflow_of_the_context_is_told_in_every_dialect(
    transport: OpenAITransport, endpoint: Endpoint, dialect: str
) -> None:
    endpoint.behave(Behaviour(context_words=3, dialect=dialect))
    with pytest.raises(RefusedError) as caught:
        await transport.chat(asked("one two three four"))
    assert caught.value.kind == "context_overflow"


async def test_a_429_says_how_long_to_wait(transport: OpenAITransport, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(always={"": "busy"}, retry_after="3"))
    with pytest.raises(PassingError) as caught:
        await transport.chat(asked())
    assert (caught.value.busy, caught.value.retry_after) == (True, 3.0)


async def test_a_wrong_key_is_asked_for_by_the_name_of_its_variable(endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(api_key="another"))
    transport = OpenAITransport(endpoint.base_url, KEY)
    for attempt in (transport.chat(asked()), transport.models()):
        with pytest.raises(UnusableError) as caught:
            await attempt
        assert "CORPUSMITH_API_KEY" in caught.value.fix
    await transport.close()


async def test_an_unknown_model_is_answered_with_the_nearest_that_is_offered(transport: OpenAITransport) -> None:
    with pytest.raises(UnknownModelError, match="`test-modle`") as caught:
        await transport.chat(asked(model="test-modle"))
    assert caught.value.fix == "Did you mean `test-model`?"


async def test_nobody_at_the_address_is_unreachable(nobodys_url: str) -> None:
    transport = OpenAITransport(nobodys_url, KEY)
    with pytest.raises(UnreachableError) as caught:
        await transport.chat(asked())
    assert "127.0.0.1" not in str(caught.value) + caught.value.fix
    await transport.close()


async def test_a_silent_endpoint_is_not_waited_for_longer_than_asked(endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(always={"": "hang"}))
    transport = OpenAITransport(endpoint.base_url, timeout_s=0.05)
    with pytest.raises(PassingError):
        await transport.chat(asked())
    await transport.close()


async def test_a_key_that_cannot_be_sent_is_no_crash(endpoint: Endpoint) -> None:
    transport = OpenAITransport(endpoint.base_url, "schlüssel☃")
    with pytest.raises(UnusableError, match="malformed"):
        await transport.chat(asked())
    await transport.close()


@pytest.mark.parametrize("base_url", ["", "localhost:8000", "ftp://host/v1", "http://", "http://[bad/v1"])
def test_what_is_no_http_address_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(UserError, match="no HTTP address"):
        OpenAITransport(base_url)


async def test_a_proxy_of_the_environment_does_not_see_local_traffic(
    endpoint: Endpoint, nobodys_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobodys_url)
    transport = OpenAITransport(endpoint.base_url)
    assert (await transport.chat(asked())).text
    await transport.close()


async def test_the_key_of_the_environment_is_not_sent_in_place_of_none(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    endpoint.behave(Behaviour(api_key=KEY))
    transport = OpenAITransport(endpoint.base_url)
    with pytest.raises(UnusableError):
        await transport.chat(asked())
    await transport.close()


async def test_no_log_holds_the_key_the_address_or_what_is_asked(
    transport: OpenAITransport, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await transport.chat(asked("A text that is in no log."))
    assert "A text" not in caplog.text
    assert KEY not in caplog.text
    assert str(endpoint.port) not in caplog.text


def test_one_transport_serves_one_event_loop_after_another(endpoint: Endpoint) -> None:
    transport = OpenAITransport(endpoint.base_url)

    async def once() -> str:
        try:
            return (await transport.chat(asked())).text
        finally:
            await transport.close()

    assert asyncio.run(once()) == asyncio.run(once())


async def test_a_stream_that_nobody_listens_to_any_more_lets_go_of_its_connection(endpoint: Endpoint) -> None:
    transport = OpenAITransport(endpoint.base_url, max_connections=1)
    for _ in range(3):
        pieces = transport.stream(asked())
        await anext(pieces)
        await pieces.aclose()  # type: ignore[attr-defined]
    assert (await transport.chat(asked())).text
    await transport.close()
