"""Measures the whole gateway, and its dispatcher alone, against a bare loop with the ``openai`` client at the same endpoint.

The endpoint is fake, in a process of its own, and takes 20 ms per answer; nothing is cached. The gateway books every call in
a spend ledger on disk, as a run does. Rounds take turns, because other work on the machine comes and goes, and the ratios
are medians over the rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ...engine.gateway.configuration.config import load_config
from ...engine.gateway.endpoint.concurrency import Limiter
from ...engine.gateway.endpoint.dispatcher import Dispatcher
from ...engine.gateway.endpoint.openai_transport import OpenAITransport
from ...engine.gateway.endpoint.wire import ChatRequest
from ...engine.gateway.opening import open_gateway
from ...engine.models import Message
from .fake_endpoint import Behaviour, running_endpoint

_MODEL = "test-model"
_KEY = "none"


class Round(NamedTuple):
    """What all requests of one round took, on the clock and of this process's CPU, in seconds."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class GatewaySpeed:
    """The rounds of each way of asking, ``requests`` requests at ``concurrency`` in every one."""

    requests: int
    concurrency: int
    latency_s: float
    bare: list[Round] = field(default_factory=list)
    dispatched: list[Round] = field(default_factory=list)
    whole: list[Round] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median over the rounds of the whole gateway's throughput by that of the bare loop."""
        return self.throughput_ratio(self.whole)

    def throughput_ratio(self, ours: list[Round]) -> float:
        """The same of any of the ways."""
        return statistics.median(bare.seconds / own.seconds for own, bare in zip(ours, self.bare, strict=True))

    def cpu_ratio(self, ours: list[Round]) -> float:
        """The median over the rounds of the CPU time of a way by that of the bare loop."""
        return statistics.median(own.cpu_seconds / bare.cpu_seconds for own, bare in zip(ours, self.bare, strict=True))


def measure(requests: int = 2000, rounds: int = 5, concurrency: int = 128, latency_s: float = 0.02) -> GatewaySpeed:
    """Send the same requests every way, ``rounds`` times in turn after one that warms up, and return how fast it was."""
    speed = GatewaySpeed(requests, concurrency, latency_s)
    ways = ((_bare, speed.bare), (_dispatched, speed.dispatched), (_whole, speed.whole))
    with running_endpoint() as endpoint:
        for round_ in range(rounds + 1):
            for send, taken in ways:
                endpoint.behave(Behaviour(latency_s=latency_s))
                one = asyncio.run(send(endpoint.base_url, requests, concurrency))
                taken.extend([one] if round_ else [])
    return speed


async def _bare(base_url: str, requests: int, concurrency: int) -> Round:
    from openai import AsyncOpenAI

    slots = asyncio.Semaphore(concurrency)
    async with AsyncOpenAI(base_url=base_url, api_key=_KEY, max_retries=0, timeout=60) as client:

        async def ask(number: int) -> str | None:
            async with slots:
                answer = await client.chat.completions.create(
                    model=_MODEL, messages=[{"role": "user", "content": _question(number)}]
                )
            return answer.choices[0].message.content

        return await _timed(ask, requests)


async def _dispatched(base_url: str, requests: int, concurrency: int) -> Round:
    transport = OpenAITransport(base_url, _KEY, max_connections=concurrency)
    dispatcher = Dispatcher(transport, limiter=Limiter(ceiling=concurrency))

    async def ask(number: int) -> str | None:
        message = Message(role="user", content=_question(number))
        return (await dispatcher.chat(ChatRequest(model=_MODEL, messages=(message,)))).text

    taken = await _timed(ask, requests)
    await dispatcher.close()
    return taken


async def _whole(base_url: str, requests: int, concurrency: int) -> Round:
    flags = {"models.default.model": _MODEL, "models.default.base_url": base_url, "limits.concurrency": concurrency}
    with tempfile.TemporaryDirectory() as folder:
        gateway = open_gateway(load_config(flags=flags, environment={}, folder=Path(folder)), Path(folder), None)

        async def ask(number: int) -> str | None:
            return (await gateway.chat([Message(role="user", content=_question(number))])).text

        taken = await _timed(ask, requests)
        await gateway.close()
    return taken


async def _timed(ask: Callable[[int], Awaitable[str | None]], requests: int) -> Round:
    start, cpu_start = time.perf_counter(), time.process_time()
    answers = await asyncio.gather(*[ask(number) for number in range(requests)])
    taken = Round(time.perf_counter() - start, time.process_time() - cpu_start)
    if not all(answers):
        raise RuntimeError("a request was not answered, so its speed says nothing")
    return taken


def _question(number: int) -> str:
    return f"What is the number {number} called in words?"


def text(speed: GatewaySpeed) -> str:
    """Return the speeds as lines."""
    ways = (
        ("the whole gateway", speed.whole),
        ("its dispatcher alone", speed.dispatched),
        ("bare openai loop", speed.bare),
    )
    lines = [
        f"  {name}: {speed.requests / statistics.median(one.seconds for one in taken):,.0f} requests/s, "
        f"{statistics.median(one.cpu_seconds for one in taken) / speed.requests * 1000:.2f} ms of CPU each; "
        f"ratios {speed.throughput_ratio(taken):.2f} and {speed.cpu_ratio(taken):.2f}"
        for name, taken in ways
    ]
    sent = (
        f"  n = {len(speed.bare)} rounds of {speed.requests:,} requests each way, "
        f"{speed.latency_s * 1000:.0f} ms per answer, concurrency {speed.concurrency}; medians"
    )
    return "\n".join([f"gateway: ratio {speed.ratio:.2f} of a bare loop's throughput", *lines, sent])
