"""What code in the sandbox may ask of models."""

from __future__ import annotations

import json
from typing import Any

import pytest

from corpusmith.engine.errors import EndpointError, RowError
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, WireAnswer
from corpusmith.engine.gateway.policy import Allowance, GuardedModels
from corpusmith.engine.gateway.scripted import ScriptedModels
from corpusmith.engine.gateway.spending.prices import Price
from corpusmith.engine.models import Usage

CHAT: dict[str, Any] = {"kind": "chat", "messages": [{"role": "user", "content": "hello"}]}


def echo(request: ChatRequest) -> WireAnswer:
    return WireAnswer(request.messages[-1]["content"], "stop", Usage(5, 5), request.model)


def guarded(answer: Any = echo, **allowed: Any) -> GuardedModels:
    allowance = Allowance(**{"roles": frozenset({"default", "embedding"}), "max_calls": 3, **allowed})
    return GuardedModels(ScriptedModels(answer, embed=lambda text: [1.0]), allowance, lambda role: Price(input=1e5))


async def said(models: GuardedModels, request: Any) -> Any:
    content = request if isinstance(request, bytes) else json.dumps(request).encode()
    return json.loads(await models.answer(content))


async def test_a_request_within_the_allowance_is_answered() -> None:
    models = guarded()
    assert await said(models, CHAT) == {"ok": {"text": "hello", "value": None}}
    assert await said(models, {"kind": "embed", "texts": ["a", "b"]}) == {"ok": [[1.0], [1.0]]}


@pytest.mark.parametrize(
    "request_",
    [
        b"not json",
        b"\xff",
        [],
        {},
        {"kind": "other"},
        {**CHAT, "model": "a dearer one"},
        {**CHAT, "base_url": "http://example.org"},
        {**CHAT, "role": "planner"},
        {**CHAT, "messages": []},
        {**CHAT, "messages": [{"role": "tool", "content": "x"}]},
        {**CHAT, "messages": [{"role": "user", "content": ["x"]}]},
        {**CHAT, "messages": [{"role": "user", "content": "x" * 2000}]},
        {**CHAT, "temperature": 9},
        {**CHAT, "seed": "1"},
    ],
    ids=str,
)
async def test_a_request_outside_it_reaches_no_model(request_: Any) -> None:
    scripted = ScriptedModels(echo)
    models = GuardedModels(scripted, Allowance(frozenset({"default"}), max_calls=3, max_request_bytes=1000))
    assert (await said(models, request_))["error"]["kind"] == "refused"
    assert scripted.requests == []


@pytest.mark.parametrize(
    ("allowed", "answered"),
    [({"max_calls": 2}, 2), ({"max_tokens": 15}, 2), ({"max_usd": 0.5}, 1), ({"max_calls": 0}, 0)],
)
async def test_the_allowance_is_used_up(allowed: dict[str, Any], answered: int) -> None:
    models = guarded(**allowed)
    results = [await said(models, CHAT) for _ in range(3)]
    assert ["ok" in result for result in results] == [index < answered for index in range(3)]


async def test_a_long_answer_is_not_handed_in() -> None:
    models = guarded(lambda request: "x" * 500, max_answer_bytes=100)
    assert (await said(models, CHAT))["error"]["kind"] == "row"


async def test_an_error_of_the_endpoint_stays_outside() -> None:
    def fail(request: ChatRequest) -> str:
        raise EndpointError("http://10.0.0.7 refused the key sk-123")

    models = guarded(fail)
    assert await said(models, CHAT) == {"error": {"kind": "stopped", "message": "The run is stopping."}}
    assert isinstance(models.stopped_by, EndpointError)


async def test_an_error_of_a_row_is_told() -> None:
    def fail(request: ChatRequest) -> str:
        raise RowError("too long for the context")

    assert await said(guarded(fail), CHAT) == {"error": {"kind": "row", "message": "too long for the context"}}
