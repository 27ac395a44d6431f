"""Sees requests through: a slot, an attempt with a limit of time, a wait and another, until an answer or a typed error."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import TypeVar

from ...models import Message
from .breaker import Breaker
from .concurrency import Limiter
from .faults import PassingError, UnusableError, WireError
from .retries import RetryPolicy, Trouble
from .wire import ChatRequest, Transport, WireAnswer, WireVectors

T = TypeVar("T")

_PING = "ping"


class Dispatcher:
    """Sends requests to one endpoint, many at once; for one event loop.

    ``hung_after_s`` is the longest that an attempt may take (of a stream: the longest silence). Errors: ``PassingError`` for
    a request that was given up and ``RefusedError`` for one that was refused, so that its row is quarantined;
    ``UnusableError`` when the endpoint or its configuration is at fault. Other errors of the transport pass as they are, and
    each attempt runs in the caller's task, so that a transport may count them.
    """

    def __init__(
        self,
        transport: Transport,
        policy: RetryPolicy | None = None,
        limiter: Limiter | None = None,
        *,
        hung_after_s: float = 600.0,
        new_breaker: Callable[[], Breaker] = Breaker,
    ) -> None:
        self.transport = transport
        self.policy = policy or RetryPolicy()
        self.limiter = limiter or Limiter()
        self._hung_after_s = hung_after_s
        self._new_breaker = new_breaker
        self._breakers: dict[str, Breaker] = {}
        self._numbers = itertools.count()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._scopes: set[asyncio.Timeout] = set()
        self._is_closed = False
        self._is_ending = False

    async def chat(self, request: ChatRequest) -> WireAnswer:
        """Return the answer to a chat."""
        chat = self.transport.chat
        return await self._seen_through(request.model, lambda: chat(request), lambda: chat(_probe_like(request)))

    async def embed(self, model: str, texts: Sequence[str]) -> WireVectors:
        """Return one vector per text, in their order."""
        embed = self.transport.embed
        return await self._seen_through(model, lambda: embed(model, texts), lambda: embed(model, [_PING]))

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | WireAnswer]:
        """Yield pieces of the text as they come, and at last the whole answer.

        Nothing is sent again once a piece has come: a stream that breaks off later is a ``PassingError``.
        """
        probe = _probe_like(request)
        with self._call(request.model, lambda: self.transport.chat(probe)) as call:
            while True:
                has_begun = False
                try:
                    async with self.limiter.slot(), aclosing(self._pieces(call, request)) as pieces:
                        async for piece in pieces:
                            has_begun = True
                            yield piece
                    return
                except WireError as error:
                    if has_begun:
                        raise
                    wait = await call.wait_s(error)
                await self._within(None, lambda: asyncio.sleep(wait))  # noqa: B023

    async def models(self) -> list[str]:
        """Return the names of the models that the endpoint offers, in one attempt."""
        return await self._within(self._hung_after_s, self.transport.models)

    async def close(self, drain_s: float = 0.0) -> None:
        """Take no more requests, give those under way ``drain_s`` seconds, end the others, and disconnect.

        A request that is ended raises ``UnusableError``.
        """
        self._is_closed = True
        try:
            async with asyncio.timeout(drain_s):
                await self._until_idle()
        except TimeoutError:
            self._end()
            await self._until_idle()
        await self.transport.close()

    async def _seen_through(
        self, model: str, attempt: Callable[[], Awaitable[T]], probe: Callable[[], Awaitable[object]]
    ) -> T:
        with self._call(model, probe) as call:
            while True:
                try:
                    async with self.limiter.slot():
                        call.begin()
                        answer = await self._within(self._hung_after_s, attempt)
                    call.breaker.answered()
                    return answer
                except WireError as error:
                    wait = await call.wait_s(error)
                await self._within(None, lambda: asyncio.sleep(wait))  # noqa: B023

    async def _pieces(self, call: _Call, request: ChatRequest) -> AsyncGenerator[str | WireAnswer, None]:
        call.begin()
        async with aclosing(self.transport.stream(request)) as pieces:  # type: ignore[type-var]
            while True:
                piece = await self._within(self._hung_after_s, lambda: anext(pieces, None))
                if piece is None:
                    break
                yield piece
        call.breaker.answered()

    async def _within(self, seconds: float | None, make: Callable[[], Awaitable[T]]) -> T:
        """Await what ``make`` makes, for so many seconds at most, and no longer than ``close`` lets it."""
        scope = asyncio.timeout(seconds)
        try:
            async with scope:
                self._scopes.add(scope)
                try:
                    self._assert_not_ending()
                    return await make()
                finally:
                    self._scopes.discard(scope)
        except TimeoutError:
            self._assert_not_ending()
            if seconds is None or not scope.expired():
                raise
            raise PassingError(f"The endpoint did not answer within {seconds:g} seconds.") from None

    @contextmanager
    def _call(self, model: str, probe: Callable[[], Awaitable[object]]) -> Iterator[_Call]:
        if self._is_closed:
            raise _closed()
        if model not in self._breakers:
            self._breakers[model] = self._new_breaker()
        self._under_way += 1
        try:
            yield _Call(
                next(self._numbers),
                self._breakers[model],
                self.policy,
                lambda: self._within(self._hung_after_s, probe),
            )
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._idle.set()

    async def _until_idle(self) -> None:
        while self._under_way:
            self._idle.clear()
            await self._idle.wait()

    def _end(self) -> None:
        self._is_ending = True
        for scope in self._scopes:
            if not scope.expired():
                scope.reschedule(0)

    def _assert_not_ending(self) -> None:
        if self._is_ending:
            raise _closed()


class _Call:
    """One request on its way, over all its attempts. ``probe`` sends a tiny one of its kind."""

    def __init__(
        self, number: int, breaker: Breaker, policy: RetryPolicy, probe: Callable[[], Awaitable[object]]
    ) -> None:
        self.breaker = breaker
        self._number = number
        self._policy = policy
        self._probe = probe
        self._trouble = Trouble()
        self._begun = time.monotonic()

    def begin(self) -> None:
        """Begin an attempt, unless the breaker is open."""
        self._begun = time.monotonic()
        self.breaker.assert_closed()

    async def wait_s(self, error: WireError) -> float:
        """Return how long to wait after an attempt that ended with ``error``; raise what the request ends with."""
        self.breaker.failed(self._number, error)
        if isinstance(error, PassingError):
            self._trouble.count(error, time.monotonic() - self._begun)
            wait = self._policy.wait_s(error, self._trouble, answered_before=self.breaker.answered_before)
            if wait is not None:
                self._trouble.seconds += wait
                return wait
        if self.breaker.suspects(error):
            await self._find_out(error)
        verdict = self.breaker.verdict(error)
        raise verdict from (None if verdict is error else error)

    async def _find_out(self, error: WireError) -> None:
        """Tell by a probe whether the endpoint fails for everyone, unless another request just did."""
        async with self.breaker.probing:
            if not self.breaker.suspects(error):
                return
            try:
                await self._probe()
            except WireError as failed:
                self.breaker.condemn(failed)
            else:
                self.breaker.answered()


def _probe_like(request: ChatRequest) -> ChatRequest:
    """A tiny request that asks for the same things, so that an endpoint that refuses these refuses it too."""
    return request.model_copy(update={"messages": (Message(role="user", content=_PING),), "max_tokens": 1})


def _closed() -> UnusableError:
    return UnusableError("The gateway is closed.", fix="Give the same command to go on.")
