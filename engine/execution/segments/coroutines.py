"""Runs the coroutines of asynchronous operators."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Coroutines:
    """One event loop in a thread of its own for as long as the context lasts, started when it is first needed.

    Clients keep their connections from batch to batch, and the caller may itself be inside a running loop.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._running: set[concurrent.futures.Future[Any]] = set()
        self._halted: BaseException | None = None
        self.at_end = ExitStack()
        """What else ends with the run, such as its worker processes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self.at_end:
            if self._loop is None or self._thread is None:
                return
            asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Return what ``coroutine`` returns; it is cancelled when the waiting thread is interrupted.

        Any number of threads may wait at once. After ``halt`` its error is raised instead.
        """
        with self._lock:
            if self._halted is not None:
                coroutine.close()
                raise self._halted
            future = asyncio.run_coroutine_threadsafe(coroutine, self._started())
            self._running.add(future)
        try:
            return future.result()
        except concurrent.futures.CancelledError as cancelled:
            raise self._halted or asyncio.CancelledError() from cancelled
        except BaseException:
            future.cancel()
            raise
        finally:
            with self._lock:
                self._running.discard(future)

    def halt(self, error: BaseException) -> None:
        """Cancel all that runs and let nothing begin: the run is over because of ``error``, the first of which counts."""
        with self._lock:
            self._halted = self._halted or error
            running = list(self._running)
        for future in running:
            future.cancel()

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="operators", daemon=True)
            self._thread.start()
        return self._loop


async def contained(call: Callable[..., Awaitable[T]], *values: Any, **arguments: Any) -> T:
    """Call code that is anybody's: what would end the loop, and so let all wait for ever, is an error of its own."""
    try:
        return await call(*values, **arguments)
    except (SystemExit, KeyboardInterrupt) as error:
        raise RuntimeError(f"the operator raised {type(error).__name__}") from error


async def _end_all() -> None:
    """Let what was cancelled come to its end, so that nothing is left hanging in the loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
