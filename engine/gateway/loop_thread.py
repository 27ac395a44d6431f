"""One event loop in a thread of its own, so that callers in any loop share connections, merging and budgets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_THE_END = object()


class LoopThread:
    """Runs coroutines for callers in other loops and threads; the thread starts with the first of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Return what ``coroutine`` returns there; it is cancelled when the caller is."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self._started()))

    async def iterate(self, items: AsyncIterator[T]) -> AsyncIterator[T]:
        """Yield what ``items`` yields there; it is cancelled when the caller stops listening."""
        here, queue = asyncio.get_running_loop(), asyncio.Queue[Any]()

        async def pump() -> None:
            try:
                async for item in items:
                    here.call_soon_threadsafe(queue.put_nowait, item)
            finally:
                here.call_soon_threadsafe(queue.put_nowait, _THE_END)

        pumping = asyncio.run_coroutine_threadsafe(pump(), self._started())
        try:
            while (item := await queue.get()) is not _THE_END:
                yield item
            await asyncio.wrap_future(pumping)
        finally:
            pumping.cancel()

    def stop(self) -> None:
        """End the thread and what still runs in it; a later call starts another."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True)
                self._thread.start()
            return self._loop


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
