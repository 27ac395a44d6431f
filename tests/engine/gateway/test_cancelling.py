"""Askers that leave: what is under way for others, or already paid for, goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from corpusmith.engine.gateway.budget import Budget, Limits
from corpusmith.engine.gateway.cache import Cache
from corpusmith.engine.gateway.concurrency import Limiter
from corpusmith.engine.gateway.dispatcher import Dispatcher
from corpusmith.engine.gateway.gateway import Gateway
from corpusmith.engine.gateway.metering import MeteredTransport
from corpusmith.engine.gateway.prices import Prices
from corpusmith.engine.gateway.roles import RoleSettings
from corpusmith.engine.gateway.spend import SpendLedger
from corpusmith.engine.gateway.wire import ChatRequest, WireAnswer, WireVectors
from corpusmith.engine.models import Message, Usage


class Gate:
    """A transport that answers nobody before it is opened."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.arrived = threading.Event()
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    async def chat(self, request: ChatRequest) -> WireAnswer:
        self.asked.append(request.messages[0]["content"])
        self.arrived.set()
        await asyncio.to_thread(self._opened.wait)
        return WireAnswer(f"to {self.asked[-1]}", "stop", Usage(1, 1), "m")

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


@pytest.fixture
async def gateway(gate: Gate, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway that lets one request through at a time."""
    spend = SpendLedger(Prices(), tmp_path / "spend.sqlite")
    budget = Budget(Limits(), spend)

    def connect(settings: RoleSettings) -> Dispatcher:
        return Dispatcher(MeteredTransport(gate, budget, spend), limiter=Limiter(start=1, ceiling=1))

    opened = Gateway({"default": RoleSettings(model="m")}, connect, spend, Cache(tmp_path / "cache.sqlite"))
    yield opened
    gate.open()
    await opened.close()


async def cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_others_are_answered_when_the_first_asker_leaves(gateway: Gateway, gate: Gate) -> None:
    first = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    second = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.sleep(0.05)
    await cancel(first)
    gate.open()
    assert (await second).text == "to a"
    assert first.cancelled()
    assert gate.asked == ["a"]


async def test_what_was_sent_is_kept_though_everybody_has_left(gateway: Gateway, gate: Gate) -> None:
    asker = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    await cancel(asker)
    again = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.sleep(0.05)
    gate.open()
    assert (await again).text == "to a"
    assert gate.asked == ["a"]
    assert gateway.spend.total.calls == 1


async def test_what_was_not_sent_is_taken_back(gateway: Gateway, gate: Gate) -> None:
    sent = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    waiting = [asyncio.create_task(gateway.chat(asked("b"))) for _ in range(3)]
    await asyncio.sleep(0.05)
    await cancel(*waiting)
    gate.open()
    await sent
    assert (await gateway.chat(asked("c"))).text == "to c"
    assert gate.asked == ["a", "c"]


async def test_a_request_that_was_taken_back_can_be_asked_again(gateway: Gateway, gate: Gate) -> None:
    sent = asyncio.create_task(gateway.chat(asked("a")))
    await asyncio.to_thread(gate.arrived.wait)
    waiting = asyncio.create_task(gateway.chat(asked("b")))
    await asyncio.sleep(0.05)
    await cancel(waiting)
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
