"""The loop in which asynchronous operators run."""

from __future__ import annotations

import asyncio
import threading

import pytest

from corpusmith.engine.execution.segments.coroutines import Coroutines


async def where() -> tuple[asyncio.AbstractEventLoop, str]:
    return asyncio.get_running_loop(), threading.current_thread().name


def test_all_coroutines_run_in_one_loop_beside_the_callers_thread() -> None:
    with Coroutines() as coroutines:
        first, second = coroutines.run(where()), coroutines.run(where())
    assert first == second
    assert first[1] != threading.current_thread().name
    assert first[0].is_closed()


def test_no_thread_is_started_without_need() -> None:
    before = threading.active_count()
    with Coroutines():
        assert threading.active_count() == before


def test_an_error_comes_back_to_the_caller() -> None:
    async def fail() -> None:
        raise LookupError("not here")

    with Coroutines() as coroutines, pytest.raises(LookupError, match="not here"):
        coroutines.run(fail())


def test_what_still_runs_at_the_end_is_cancelled_and_awaited() -> None:
    seen: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            seen.append("ended")

    async def start() -> asyncio.Task[None]:
        task = asyncio.create_task(endless())
        await asyncio.sleep(0)
        return task

    with Coroutines() as coroutines:
        task = coroutines.run(start())
    assert seen == ["ended"]
    assert task.cancelled()


def test_an_error_that_halts_ends_what_runs_and_what_would_begin() -> None:
    async def endless() -> None:
        coroutines.halt(LookupError("over"))
        await asyncio.sleep(3600)

    with Coroutines() as coroutines:
        for _ in range(2):
            with pytest.raises(LookupError, match="over"):
                coroutines.run(endless())


def test_what_ends_with_the_run_is_closed_after_the_loop() -> None:
    seen: list[str] = []

    async def note() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            seen.append("loop")

    async def start() -> asyncio.Task[None]:
        task = asyncio.create_task(note())
        await asyncio.sleep(0)
        return task

    with Coroutines() as coroutines:
        coroutines.at_end.callback(seen.append, "closed")
        kept = coroutines.run(start())
    assert seen == ["loop", "closed"]
    assert kept.cancelled()
