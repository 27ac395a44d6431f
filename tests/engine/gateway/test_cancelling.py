"""Askers that leave: what is under way for others, or already paid for, goes on."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.gateway.configuration.roles import RoleSettings
from corpusmith.engine.gateway.endpoint.concurrency import Limiter
from corpusmith.engine.gateway.endpoint.dispatcher import Dispatcher
from corpusmith.engine.gateway.endpoint.faults import PassingError, WireError
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, WireAnswer, WireVectors
from corpusmith.engine.gateway.gateway import Gateway
from corpusmith.engine.gateway.keeping.cache import Cache
from corpusmith.engine.gateway.spending.budget import Budget, Limits
from corpusmith.engine.gateway.spending.metering import MeteredTransport
from corpusmith.engine.gateway.spending.prices import Prices
from corpusmith.engine.gateway.spending.spend import SpendLedger
from corpusmith.engine.models import Message, Usage


class Gate:
    """A transport that answers nobody before it is opened."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.arrived = threading.Event()
        self.fault: WireError | None = None
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    async def chat(self, request: ChatRequest) -> WireAnswer:
        self.asked.append(request.messages[0]["content"])
        await self.clean_up()
        self.arrived.set()
        await asyncio.to_thread(self._opened.wait)
        if self.fault:
            raise self.fault
        return WireAnswer(f"to {self.asked[-1]}", "stop", Usage(1, 1), "m")

    async def clean_up(self) -> None:
        """Cancel this task and catch it, as the scopes of HTTP clients do when they close a connection."""
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | WireAnswer]:
        yield await self.chat(request)

    async def embed(self, model: str, texts: Sequence[str]) -> WireVectors:
        raise NotImplementedError

    async def models(self) -> list[str]:
        raise NotImplementedError

    async def close(self) -> None:
        self._opened.set()


def asked(text: str) -> list[Message]:
    return [{"role": "user", "content": text}]


@pytest.fixture
def gate() -> Gate:
    return Gate()


def gateway_through(transport: Gate, folder: Path, at_once: int) -> Gateway:
    spend = SpendLedger(Prices(), folder / "spend.sqlite")
    budget = Budget(Limits(), spend)

    def connect(settings: RoleSettings) -> Dispatcher:
        return Dispatcher(MeteredTransport(transport, budget, spend), limiter=Limiter(start=at_once, ceiling=at_once))

    return Gateway({"default": RoleSettings(model="m")}, connect, spend, Cache(folder / "cache.sqlite"))


@pytest.fixture
async def gateway(gate: Gate, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway that lets one request through at a time."""
    opened = gateway_through(gate, tmp_path, at_once=1)
    yield opened
    gate.open()
    await opened.close()


async def cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def turns_of(gateway: Gateway) -> None:
    """Let the gateway's loop go round a few times, so that it has heard of everything that happened here."""
    for _ in range(10):
        await gateway.embed([], role="default")


async def test_the_others_are_answered_when_the_first_asker_leaves(gateway: Gateway, gate: Gate) -> None:
    first = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    second = asyncio.create_task(gateway.chat(asked("a")))
    await turns_of(gateway)
    await cancel(first)
    gate.open()
    assert (await second).text == "to a"
    assert first.cancelled()
    assert gate.asked == ["a"]


async def test_a_client_that_cancels_and_catches_hinders_no_merging(gateway: Gateway, gate: Gate) -> None:
    first = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    second = asyncio.create_task(gateway.chat(asked("a")))
    await turns_of(gateway)
    gate.open()
    assert [answer.text for answer in await asyncio.gather(first, second)] == ["to a", "to a"]
    assert gate.asked == ["a"]


async def test_what_was_sent_is_kept_though_everybody_has_left(gateway: Gateway, gate: Gate) -> None:
    asker = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    await cancel(asker)
    again = asyncio.create_task(gateway.chat(asked("a")))
    await turns_of(gateway)
    gate.open()
    assert (await again).text == "to a"
    assert gate.asked == ["a"]
    assert gateway.spend.total.calls == 1


async def test_what_was_not_sent_is_taken_back(gateway: Gateway, gate: Gate) -> None:
    sent = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    waiting = [asyncio.create_task(gateway.chat(asked("b"))) for _ in range(3)]
    await turns_of(gateway)
    await cancel(*waiting)
    await turns_of(gateway)
    gate.open()
    await sent
    assert (await gateway.chat(asked("c"))).text == "to c"
    assert gate.asked == ["a", "c"]


async def test_a_request_that_was_taken_back_can_be_asked_again(gateway: Gateway, gate: Gate) -> None:
    sent = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    waiting = asyncio.create_task(gateway.chat(asked("b")))
    await turns_of(gateway)
    await cancel(waiting)
    await turns_of(gateway)
    again = asyncio.create_task(gateway.chat(asked("b")))
    gate.open()
    assert [answer.text for answer in await asyncio.gather(sent, again)] == ["to a", "to b"]


async def test_closing_waits_for_what_was_sent_and_keeps_it(gateway: Gateway, gate: Gate, tmp_path: Path) -> None:
    asker = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    await cancel(asker)
    closing = asyncio.create_task(gateway.close())
    await asyncio.sleep(0.05)
    gate.open()
    await closing
    await gateway.close()
    cache = Cache(tmp_path / "cache.sqlite")
    request = ChatRequest(model="m", messages=tuple(asked("a")))
    kept = cache.answer(request, request.address())
    assert kept is not None
    assert kept.text == "to a"
    cache.close()


async def test_nobody_asks_after_the_gateway_is_closed(gateway: Gateway, gate: Gate) -> None:
    await gateway.close()
    with pytest.raises(UserError, match="closed"):
        await gateway.chat(asked("a"))
    with pytest.raises(UserError, match="closed"):
        await gateway.embed(["a"], role="default")
    assert gate.asked == []


async def test_what_fails_after_everybody_has_left_is_not_tried_again(gateway: Gateway, gate: Gate) -> None:
    gate.fault = PassingError("reset")
    asker = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    await cancel(asker)
    await turns_of(gateway)
    gate.open()
    await gateway.close()
    assert gate.asked == ["a"]
    assert gateway.spend.total.failed == 1


class Slow(Gate):
    """A transport that takes a random while, and counts what it answered."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.answered: Counter[str] = Counter()

    async def chat(self, request: ChatRequest) -> WireAnswer:
        question = request.messages[0]["content"]
        self.asked.append(question)
        await asyncio.sleep(self._chance.random() * 0.01)
        self.answered[question] += 1
        return WireAnswer(f"to {question}", "stop", Usage(1, 1), "m")


@pytest.mark.parametrize("seed", range(5))
async def test_askers_that_come_and_go_at_random_pay_for_nothing_twice(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    slow = Slow(chance)
    gateway = gateway_through(slow, tmp_path, at_once=4)

    async def ask(number: int) -> str:
        await asyncio.sleep(chance.random() * 0.05)
        return (await gateway.chat(asked(f"{number % 15}"))).text

    tasks = [asyncio.create_task(ask(number)) for number in range(150)]
    leavers = set(chance.sample(range(150), 90))
    for number in leavers:
        await asyncio.sleep(chance.random() * 0.002)
        tasks[number].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await gateway.close()
    stayed = [number for number in range(150) if number not in leavers]
    assert [results[number] for number in stayed] == [f"to {number % 15}" for number in stayed]
    assert set(slow.answered.values()) == {1}
    assert gateway.spend.total.calls == len(slow.asked) == slow.answered.total()
