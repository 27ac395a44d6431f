"""Requests are seen through: tried again where that helps, typed where it does not, and ended when the gateway closes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias

import pytest

from corpusmith.engine.errors import BudgetReachedError
from corpusmith.engine.gateway.endpoint.concurrency import Limiter
from corpusmith.engine.gateway.endpoint.dispatcher import Dispatcher
from corpusmith.engine.gateway.endpoint.faults import (
    PassingError,
    RefusedError,
    UnknownModelError,
    UnusableError,
    WireError,
)
from corpusmith.engine.gateway.endpoint.openai_transport import OpenAITransport
from corpusmith.engine.gateway.endpoint.retries import RetryPolicy
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, WireAnswer
from corpusmith.engine.models import Message
from corpusmith.evals.speed.fake_endpoint import Behaviour, Endpoint

QUICK = RetryPolicy(first_wait_s=0.002, longest_wait_s=0.02)
Connect: TypeAlias = Callable[..., Dispatcher]


def asked(text: object = "Say something.", model: str = "test-model") -> ChatRequest:
    return ChatRequest(model=model, messages=(Message(role="user", content=str(text)),))


@pytest.fixture
async def connect(endpoint: Endpoint) -> AsyncIterator[Connect]:
    """Makes dispatchers to the fake endpoint, and closes them in the end."""
    made: list[Dispatcher] = []

    def connected(base_url: str = endpoint.base_url, policy: RetryPolicy = QUICK, **options: Any) -> Dispatcher:
        made.append(Dispatcher(OpenAITransport(base_url), policy, **{"hung_after_s": 30, **options}))
        return made[-1]

    yield connected
    for dispatcher in made:
        await dispatcher.close()


async def all_of(dispatcher: Dispatcher, count: int) -> list[WireAnswer | BaseException]:
    return await asyncio.gather(*(dispatcher.chat(asked(n)) for n in range(count)), return_exceptions=True)


async def in_flight(endpoint: Endpoint, count: int) -> None:
    while endpoint.in_flight() < count:  # noqa: ASYNC110 (another process has no event for us)
        await asyncio.sleep(0.005)


async def test_under_a_storm_of_faults_every_request_is_answered_or_has_a_typed_error(
    connect: Connect, endpoint: Endpoint
) -> None:
    rates = {"busy": 0.10, "error": 0.05, "drop": 0.02, "invalid_body": 0.03, "hang": 0.01}
    endpoint.behave(Behaviour(rates=rates, answers={str(n): f"<{n}>" for n in range(300, 999)}, retry_after="0.01"))
    dispatcher = connect(hung_after_s=0.5)
    answers = await asyncio.gather(*(dispatcher.chat(asked(n)) for n in range(300, 600)), return_exceptions=True)
    for number, answer in enumerate(answers, 300):
        assert isinstance(answer, WireError) or (isinstance(answer, tuple) and answer.text == f"<{number}>")
    assert sum(isinstance(answer, tuple) for answer in answers) >= 295
    assert {line["fault"] for line in endpoint.log()} == {*rates, "none"}


async def test_what_passes_is_tried_again_until_it_is_answered(connect: Connect, endpoint: Endpoint) -> None:
    faults = ["error", "drop", "invalid_body", "truncated_body", "busy", "busy", "busy"]
    endpoint.behave(Behaviour(scripted={"": faults}))
    assert (await connect().chat(asked())).text
    assert [line["fault"] for line in endpoint.log()] == [*faults, "none"]


async def test_one_request_that_always_fails_is_given_up_and_the_others_are_answered(
    connect: Connect, endpoint: Endpoint
) -> None:
    endpoint.behave(Behaviour(always={"poison": "error"}))
    dispatcher = connect()
    texts = ["a", "b", "poison", "c", "d"]
    answers = await asyncio.gather(*(dispatcher.chat(asked(text)) for text in texts), return_exceptions=True)
    assert [type(answer) for answer in answers] == [WireAnswer, WireAnswer, PassingError, WireAnswer, WireAnswer]
    assert max(endpoint.counts().values()) == QUICK.attempts


@pytest.mark.parametrize("fault", ["refused", "content_filter", "overflow"])
async def test_what_is_refused_is_sent_once(connect: Connect, endpoint: Endpoint, fault: str) -> None:
    endpoint.behave(Behaviour(always={"": fault}))
    with pytest.raises(RefusedError):
        await connect().chat(asked())
    assert endpoint.total() == 1


async def test_a_wrong_key_stops_at_once_and_what_waits_is_not_sent(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(api_key="another"))
    answers = await all_of(connect(limiter=Limiter(start=4)), 100)
    assert {type(answer) for answer in answers} == {UnusableError}
    assert endpoint.total() <= 8


async def test_an_unknown_model_leaves_the_other_models_alone(connect: Connect) -> None:
    dispatcher = connect()
    with pytest.raises(UnusableError, match="no model"):
        await dispatcher.chat(asked(model="nobodys-model"))
    assert (await dispatcher.chat(asked())).text


async def test_an_endpoint_that_fails_for_everyone_stops_the_run_and_quarantines_no_row(
    connect: Connect, endpoint: Endpoint
) -> None:
    endpoint.behave(Behaviour(always={"": "error"}))
    answers = await all_of(connect(), 50)
    assert {type(answer) for answer in answers} == {UnusableError}
    assert "fails for every request" in str(answers[0])


async def test_rows_that_all_fail_are_to_blame_themselves_when_a_probe_is_answered(
    connect: Connect, endpoint: Endpoint
) -> None:
    endpoint.behave(Behaviour(always={"poison": "error"}))
    dispatcher = connect()
    failing = (dispatcher.chat(asked(f"poison {n}")) for n in range(12))
    answers = await asyncio.gather(*failing, return_exceptions=True)
    assert {type(answer) for answer in answers} == {PassingError}
    probes = [line["content"] for line in endpoint.log() if line["fault"] == "none"]
    assert 1 <= len(probes) <= 12
    assert probes[0]["max_tokens"] == 1


async def test_an_endpoint_that_refuses_what_everyone_asks_for_stops_the_run(
    connect: Connect, endpoint: Endpoint
) -> None:
    endpoint.behave(Behaviour(always={"": "refused"}))
    answers = await all_of(connect(), 20)
    assert [type(answer) for answer in answers].count(RefusedError) <= 4
    assert isinstance(answers[-1], UnusableError)


async def test_an_endpoint_that_hangs_for_everyone_stops_the_run(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(always={"": "hang"}))
    policy = RetryPolicy(attempts=2, first_wait_s=0.002)
    answers = await all_of(connect(policy=policy, hung_after_s=0.05), 10)
    assert {type(answer) for answer in answers} == {UnusableError}
    assert "did not answer within 0.05 seconds" in str(answers[0])


async def test_nobody_at_the_address_stops_the_run_with_a_fix(connect: Connect, nobodys_url: str) -> None:
    answers = await all_of(connect(nobodys_url), 20)
    assert {type(answer) for answer in answers} == {UnusableError}
    assert isinstance(answers[0], UnusableError)
    assert "base URL" in answers[0].fix


async def test_a_hung_request_is_given_another_try(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(scripted={"": ["hang"]}))
    assert (await connect(hung_after_s=0.2).chat(asked())).text


async def test_no_more_than_the_limit_are_in_flight(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(latency_s=0.005))
    await all_of(connect(limiter=Limiter(start=2, ceiling=5)), 60)
    assert endpoint.most_in_flight() <= 5


async def test_the_limit_finds_what_the_endpoint_can_take(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(latency_s=0.005, capacity=6))
    answers = await all_of(connect(limiter=Limiter(start=32, ceiling=64)), 150)
    assert all(isinstance(answer, tuple) for answer in answers)
    statuses = Counter(line["status"] for line in endpoint.log())
    assert statuses[200] == 150


async def test_a_cancelled_request_frees_its_slot(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(always={"hang": "hang"}))
    dispatcher = connect(limiter=Limiter(start=1, ceiling=1))
    hanging = asyncio.create_task(dispatcher.chat(asked("hang")))
    await in_flight(endpoint, 1)
    hanging.cancel()
    assert (await dispatcher.chat(asked("go on"))).text
    assert hanging.cancelled()


async def test_a_stream_is_begun_again_until_its_first_piece(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(scripted={"": ["error", "drop"]}))
    pieces = [piece async for piece in connect().stream(asked())]
    assert isinstance(pieces[-1], WireAnswer)
    assert endpoint.total() == 3


async def test_a_stream_that_breaks_off_is_not_begun_again(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(always={"": "truncated_body"}))
    heard: list[str | WireAnswer] = []
    with pytest.raises(PassingError):
        async for piece in connect().stream(asked()):
            heard.append(piece)
    assert heard
    assert endpoint.total() == 1


async def test_a_stream_that_nobody_listens_to_frees_its_slot(connect: Connect) -> None:
    dispatcher = connect(limiter=Limiter(start=1, ceiling=1))
    pieces = dispatcher.stream(asked())
    await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]
    assert (await dispatcher.chat(asked())).text


async def test_vectors_are_seen_through_as_well(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(scripted={"": ["busy", "error"]}))
    assert len((await connect().embed("test-embedding", ["a", "b"])).vectors) == 2


async def test_closing_lets_what_is_under_way_finish(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(latency_s=0.05))
    dispatcher = connect(limiter=Limiter(start=2, ceiling=2))
    under_way = [asyncio.create_task(dispatcher.chat(asked(n))) for n in range(6)]
    await asyncio.sleep(0)
    await dispatcher.close(drain_s=30)
    assert all(task.done() and task.result().text for task in under_way)
    with pytest.raises(UnusableError, match="closed"):
        await dispatcher.chat(asked())


async def test_closing_ends_what_does_not_finish(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(always={"": "hang"}))
    dispatcher = connect(limiter=Limiter(start=2, ceiling=2))
    under_way = [asyncio.create_task(dispatcher.chat(asked(n))) for n in range(6)]
    await in_flight(endpoint, 2)
    await dispatcher.close()
    ended = await asyncio.gather(*under_way, return_exceptions=True)
    assert {type(error) for error in ended} == {UnusableError}
    assert endpoint.total() == 2


async def test_what_is_no_fault_of_the_wire_passes_as_it_is() -> None:
    class Refusing(OpenAITransport):
        async def chat(self, request: ChatRequest) -> WireAnswer:
            raise BudgetReachedError("The budget is reached.")

    dispatcher = Dispatcher(Refusing("http://localhost/v1"))
    with pytest.raises(BudgetReachedError):
        await dispatcher.chat(asked())
    await dispatcher.close()


async def test_an_unknown_model_says_what_there_is(connect: Connect) -> None:
    with pytest.raises(UnusableError) as caught:
        await connect().chat(asked(model="test-modell"))
    assert isinstance(caught.value.__cause__, UnknownModelError)
    assert caught.value.fix == "Did you mean `test-model`?"
