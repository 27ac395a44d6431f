"""The limiter grows while latency holds, halves once per burst, and serves in the order of asking."""

from __future__ import annotations

import asyncio
import random

import pytest

from corpusmith.engine.gateway.endpoint.concurrency import Limiter
from corpusmith.engine.gateway.endpoint.faults import PassingError

BUSY = PassingError("busy", busy=True)


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def hold(limiter: Limiter, until: asyncio.Event, error: Exception | None = None) -> None:
    async with limiter.slot():
        await until.wait()
        if error:
            raise error


async def round_of(limiter: Limiter, clock: Clock, seconds: float, error: Exception | None = None) -> None:
    """Fill every slot, let so much time pass, and end them all alike."""
    until = asyncio.Event()
    tasks = [asyncio.create_task(hold(limiter, until, error)) for _ in range(limiter.limit)]
    await asyncio.sleep(0)
    assert limiter.in_flight == limiter.limit
    clock.now += seconds
    until.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert limiter.in_flight == 0


async def test_it_doubles_until_something_gives_and_then_adds() -> None:
    clock = Clock()
    limiter = Limiter(start=8, ceiling=256, now=clock)
    await round_of(limiter, clock, 1.0)
    await round_of(limiter, clock, 1.0)
    assert limiter.limit == 32
    await round_of(limiter, clock, 1.0, BUSY)
    assert limiter.limit == 16
    await round_of(limiter, clock, 1.0)
    assert limiter.limit == 24


async def test_a_burst_of_429s_halves_once() -> None:
    clock = Clock()
    limiter = Limiter(start=64, now=clock)
    await round_of(limiter, clock, 1.0, BUSY)
    assert limiter.limit == 32


async def test_it_never_leaves_its_bounds() -> None:
    clock = Clock()
    limiter = Limiter(start=4, ceiling=10, now=clock)
    for _ in range(5):
        await round_of(limiter, clock, 1.0)
    assert limiter.limit == 10
    for _ in range(9):
        await round_of(limiter, clock, 1.0, BUSY)
    assert limiter.limit == 1


async def test_it_does_not_grow_while_the_latency_is_far_above_its_best() -> None:
    clock = Clock()
    limiter = Limiter(start=8, now=clock)
    await round_of(limiter, clock, 1.0)
    for _ in range(3):
        await round_of(limiter, clock, 10.0)
    assert limiter.limit == 16


async def test_it_does_not_grow_while_nobody_needs_it_to() -> None:
    limiter = Limiter(start=8)
    for _ in range(100):
        async with limiter.slot():
            pass
    assert limiter.limit == 8


async def test_other_faults_leave_the_limit_alone() -> None:
    clock = Clock()
    limiter = Limiter(start=8, now=clock)
    for error in (PassingError("500"), RuntimeError("ours")):
        await round_of(limiter, clock, 1.0, error)
    assert limiter.limit == 8


async def test_who_waits_is_served_in_the_order_of_asking() -> None:
    limiter = Limiter(start=2, ceiling=2)
    served: list[int] = []

    async def ask(number: int) -> None:
        async with limiter.slot():
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(number) for number in range(50)))
    assert served == list(range(50))


async def test_a_waiter_that_is_cancelled_takes_no_slot() -> None:
    limiter = Limiter(start=1, ceiling=1)
    until = asyncio.Event()
    holder, leaver, stayer = (asyncio.create_task(hold(limiter, until)) for _ in range(3))
    await asyncio.sleep(0)
    leaver.cancel()
    until.set()
    await asyncio.gather(holder, stayer)
    assert leaver.cancelled()
    assert limiter.in_flight == 0


async def test_a_waiter_that_is_cancelled_just_when_its_turn_comes_gives_it_on() -> None:
    limiter = Limiter(start=1, ceiling=1)
    until = asyncio.Event()
    holder = asyncio.create_task(hold(limiter, until))
    leaver, stayer = (asyncio.create_task(hold(limiter, asyncio.Event())) for _ in range(2))
    await asyncio.sleep(0)
    until.set()
    await holder
    leaver.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert limiter.in_flight == 1
    stayer.cancel()
    await asyncio.gather(leaver, stayer, return_exceptions=True)
    assert limiter.in_flight == 0


async def test_those_who_were_cancelled_do_not_keep_a_newcomer_waiting() -> None:
    limiter = Limiter(start=1, ceiling=1)
    until = asyncio.Event()
    holder, leaver = (asyncio.create_task(hold(limiter, until)) for _ in range(2))
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.gather(leaver, return_exceptions=True)
    until.set()
    await holder
    async with asyncio.timeout(10), limiter.slot():
        assert limiter.in_flight == 1


@pytest.mark.parametrize("seed", range(5))
async def test_no_slot_is_lost_whatever_is_cancelled(seed: int) -> None:
    chance = random.Random(seed)
    limiter = Limiter(start=3, ceiling=6)
    most = 0

    async def work() -> None:
        nonlocal most
        async with limiter.slot():
            most = max(most, limiter.in_flight)
            await asyncio.sleep(chance.random() / 1000)
            if chance.random() < 0.2:
                raise BUSY

    tasks = [asyncio.create_task(work()) for _ in range(200)]
    while not all(task.done() for task in tasks):
        chance.choice(tasks).cancel()
        await asyncio.sleep(0.001)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert limiter.in_flight == 0
    assert most <= 6
