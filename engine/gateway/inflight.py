"""Merges identical requests that are under way: the first is sent, the others wait for its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from .errand import CURRENT, Errand

T = TypeVar("T")


class _Journey(Generic[T]):
    """One errand that answers one address or more, and how many askers wait for it."""

    def __init__(self, task: asyncio.Task[Mapping[str, T]], errand: Errand) -> None:
        self.task = task
        self.errand = errand
        self.waiting = 0
        self.is_dropped = False
        """Whether we cancelled the task. ``task.cancelling()`` tells no such thing: HTTP clients cancel their own task too."""

    async def answers(self) -> Mapping[str, T]:
        """Wait for the answers. When the last asker goes, what is not sent is dropped, and what is sent is seen through."""
        self.waiting += 1
        self.errand.is_abandoned = False
        try:
            return await asyncio.shield(self.task)
        finally:
            self.waiting -= 1
            if self.waiting == 0 and not self.task.done():
                self.errand.is_abandoned = True
                if not self.errand.is_sent:
                    self.is_dropped = True
                    self.task.cancel()


class InFlight(Generic[T]):
    """The requests under way by content address; all in one event loop."""

    def __init__(self) -> None:
        self._journeys: dict[str, _Journey[T]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def __contains__(self, address: str) -> bool:
        """Whether a request with this address is under way and will be answered."""
        journey = self._journeys.get(address)
        return journey is not None and not (journey.is_dropped or journey.task.cancelled())

    async def joined(self, address: str) -> T:
        """Return the answer to a request that is under way."""
        return (await self._journeys[address].answers())[address]

    async def led(
        self, addresses: Sequence[str], errand: Errand, ask: Callable[[], Awaitable[Mapping[str, T]]]
    ) -> Mapping[str, T]:
        """Ask, in a task of its own that outlives this asker, and return the answers by address."""

        async def asking() -> Mapping[str, T]:
            CURRENT.set(errand)
            return await ask()

        journey = _Journey(asyncio.create_task(asking()), errand)
        self._tasks.add(journey.task)
        self._journeys.update(dict.fromkeys(addresses, journey))
        journey.task.add_done_callback(lambda task: self._ended(addresses, task))
        return await journey.answers()

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way, then cancel what is left."""
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, addresses: Sequence[str], task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        for address in addresses:
            if address in self._journeys and self._journeys[address].task is task:
                del self._journeys[address]
        if not task.cancelled():
            task.exception()  # seen, even where nobody waits any more
