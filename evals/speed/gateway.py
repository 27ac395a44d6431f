"""Measures the throughput of the gateway's dispatcher against a bare loop with the ``openai`` client at the same endpoint.

The endpoint is fake, in a process of its own, and takes 20 ms per answer; nothing is cached. Rounds alternate between the
two, because other work on the machine comes and goes, and the ratio is the median over the rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ...engine.gateway.endpoint.concurrency import Limiter
from ...engine.gateway.endpoint.dispatcher import Dispatcher
from ...engine.gateway.endpoint.openai_transport import OpenAITransport
from ...engine.gateway.endpoint.wire import ChatRequest
from ...engine.models import Message
from .fake_endpoint import Behaviour, running_endpoint

_MODEL = "test-model"
_KEY = "none"


@dataclass(frozen=True)
class GatewaySpeed:
    """Requests per second of each round, ``requests`` requests at ``concurrency`` in every one."""

    requests: int
    concurrency: int
    latency_s: float
    bare: list[float]
    dispatched: list[float]

    @property
    def ratio(self) -> float:
        """The median over the rounds of the dispatcher's throughput by that of the bare loop."""
        return statistics.median(ours / bare for ours, bare in zip(self.dispatched, self.bare, strict=True))


def measure(requests: int = 2000, rounds: int = 5, concurrency: int = 128, latency_s: float = 0.02) -> GatewaySpeed:
    """Send the same requests both ways, ``rounds`` times in turn after one that warms up, and return how fast it was."""
    speed = GatewaySpeed(requests, concurrency, latency_s, [], [])
    with running_endpoint(Behaviour(latency_s=latency_s)) as endpoint:
        for round_ in range(rounds + 1):
            for send, speeds in ((_bare, speed.bare), (_dispatched, speed.dispatched)):
                per_second = requests / asyncio.run(send(endpoint.base_url, requests, concurrency))
                speeds.extend([per_second] if round_ else [])
            endpoint.behave(Behaviour(latency_s=latency_s))
    return speed


async def _bare(base_url: str, requests: int, concurrency: int) -> float:
    from openai import AsyncOpenAI

    slots = asyncio.Semaphore(concurrency)
    async with AsyncOpenAI(base_url=base_url, api_key=_KEY, max_retries=0) as client:

        async def ask(number: int) -> str | None:
            async with slots:
                answer = await client.chat.completions.create(
                    model=_MODEL, messages=[{"role": "user", "content": _question(number)}]
                )
            return answer.choices[0].message.content

        return await _seconds(ask, requests)


async def _dispatched(base_url: str, requests: int, concurrency: int) -> float:
    transport = OpenAITransport(base_url, _KEY, max_connections=concurrency)
    dispatcher = Dispatcher(transport, limiter=Limiter(ceiling=concurrency))

    async def ask(number: int) -> str | None:
        message = Message(role="user", content=_question(number))
        return (await dispatcher.chat(ChatRequest(model=_MODEL, messages=(message,)))).text

    seconds = await _seconds(ask, requests)
    await dispatcher.close()
    return seconds


async def _seconds(ask: Callable[[int], Awaitable[str | None]], requests: int) -> float:
    start = time.perf_counter()
    answers = await asyncio.gather(*[ask(number) for number in range(requests)])
    took = time.perf_counter() - start
    if not all(answers):
        raise RuntimeError("a request was not answered, so its speed says nothing")
    return took


def _question(number: int) -> str:
    return f"What is the number {number} called in words?"


def text(speed: GatewaySpeed) -> str:
    """Return the speeds as lines."""
    bare, ours = statistics.median(speed.bare), statistics.median(speed.dispatched)
    return (
        f"gateway: {ours:,.0f} requests/s, bare openai loop: {bare:,.0f} requests/s, ratio {speed.ratio:.2f}\n"
        f"  n = {len(speed.bare)} rounds of {speed.requests:,} requests each way, "
        f"{speed.latency_s * 1000:.0f} ms per answer, concurrency {speed.concurrency}; medians"
    )
