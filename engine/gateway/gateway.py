"""The ``Gateway``: one door to every model, whichever loop or thread knocks.

Callers stay in their own event loops; all requests meet in one loop thread of the gateway. There connections are kept,
identical requests are merged, and budget, ledger and cache see one request after the other. A request's way:
cache (or recording) -> in flight -> retries and concurrency (``dispatcher``) -> budget and ledger (``metering``) -> wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol

from ..errors import UserError
from ..models import DEFAULT_ROLE, ChatAnswer, Message
from .configuration.roles import RoleSettings, settings_of
from .embeddings import Embedder
from .endpoint.faults_for_people import faults_for_people
from .endpoint.wire import ChatRequest, WireAnswer, WireVectors
from .errand import CURRENT, Errand
from .inflight import InFlight
from .keeping.cache import KeptAnswers
from .keeping.recording import Recorder
from .loop_thread import LoopThread
from .role_models import Answered, RoleModels, assert_finished
from .spending.spend import Account, SpendLedger


class Endpoint(Protocol):
    """One endpoint with its retries; the ``Dispatcher`` is one."""

    async def chat(self, request: ChatRequest) -> WireAnswer:
        """Return the answer, after as many attempts as it takes."""
        ...

    def stream(self, request: ChatRequest) -> AsyncIterator[str | WireAnswer]:
        """Yield the pieces of an answer, and at last the whole."""
        ...

    async def embed(self, model: str, texts: Sequence[str]) -> WireVectors:
        """Return one vector per text."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


class Gateway(RoleModels):
    """Implements ``Models`` over endpoints; ``opening.open_gateway`` makes one. It may be used from several loops at once.

    A caller that is cancelled takes back what was not sent; what was sent is seen through and kept, since it is paid for.
    """

    def __init__(
        self,
        roles: Mapping[str, RoleSettings],
        connect: Callable[[RoleSettings], Endpoint],
        spend: SpendLedger,
        kept: KeptAnswers,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__(roles)
        self.spend = spend
        self._connect = connect
        self._kept = kept
        self._recorder = recorder
        self._endpoints: dict[RoleSettings, Endpoint] = {}
        self._chats: InFlight[WireAnswer] = InFlight()
        self._embedder = Embedder(kept, spend, recorder)
        self._loop = LoopThread("gateway")
        self._is_closed = False

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        role: str = DEFAULT_ROLE,
        temperature: float | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        label: str = "",
    ) -> AsyncIterator[str | ChatAnswer]:
        """Yield the pieces of an answer as they come, and at last the whole; a kept answer comes in one piece."""
        self._assert_open()
        request = self._request(messages, role, temperature=temperature, max_tokens=max_tokens, seed=seed)
        account = Account(role, label, request.model)
        async for piece in self._loop.iterate(self._streamed(request, account)):
            yield piece

    async def close(self, drain_s: float = 30.0) -> None:
        """Wait up to ``drain_s`` seconds for what is sent and keep it; let go of connections, files and the thread.

        A second time does nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        await self._loop.run(self._drained(drain_s))
        await asyncio.to_thread(self._loop.stop)
        self._kept.close()
        self.spend.close()
        if self._recorder:
            self._recorder.close()

    async def _answered(self, request: ChatRequest, account: Account) -> Answered:
        self._assert_open()
        address = request.address()
        kept = self._kept_answer(request, address, account)
        return Answered(kept, cached=True) if kept else await self._loop.run(self._fetched(request, address, account))

    async def _embedded(self, texts: Sequence[str], account: Account) -> list[list[float]]:
        self._assert_open()

        async def embedded() -> list[list[float]]:
            return await self._embedder.vectors(texts, account, lambda: self._endpoint(account.role))

        return await self._loop.run(embedded())

    async def _fetched(self, request: ChatRequest, address: str, account: Account) -> Answered:
        """The answer of a request that was not kept a moment ago."""
        with faults_for_people():
            if address in self._chats:
                answer = await self._chats.joined(address)
                self.spend.saved(account, merged=1)
                return Answered(answer, cached=True)
            kept = self._kept_answer(request, address, account)
            if kept:
                return Answered(kept, cached=True)
            answers = await self._chats.led([address], Errand(account), lambda: self._asked(request, address, account))
            return Answered(answers[address], cached=False)

    async def _asked(self, request: ChatRequest, address: str, account: Account) -> Mapping[str, WireAnswer]:
        with self.spend.own_time.waiting():
            answer = await self._endpoint(account.role).chat(request)
        self._keep(request, address, answer)
        return {address: answer}

    async def _streamed(self, request: ChatRequest, account: Account) -> AsyncIterator[str | ChatAnswer]:
        address = request.address()
        kept = self._kept_answer(request, address, account)
        if kept is not None:
            yield kept.text
            yield _whole(kept, cached=True)
            return
        CURRENT.set(Errand(account))
        with faults_for_people(), self.spend.own_time.waiting():
            async for piece in self._endpoint(account.role).stream(request):
                if isinstance(piece, WireAnswer):
                    self._keep(request, address, piece)
                    yield _whole(piece, cached=False)
                else:
                    yield piece

    def _assert_open(self) -> None:
        if self._is_closed:
            raise UserError("The gateway is closed.", fix="Open another one; what was answered is kept.")

    def _kept_answer(self, request: ChatRequest, address: str, account: Account) -> WireAnswer | None:
        kept = self._kept.answer(request, address)
        if kept is not None:
            self.spend.saved(account, cached=1)
            if self._recorder:
                self._recorder.answer(request, address, kept)
        return kept

    def _keep(self, request: ChatRequest, address: str, answer: WireAnswer) -> None:
        """Keep an answer before anybody is given it."""
        self._kept.keep_answer(address, answer)
        if self._recorder:
            self._recorder.answer(request, address, answer)

    def _endpoint(self, role: str) -> Endpoint:
        """The endpoint of a role, connected when it is first needed; roles at one endpoint share its connections."""
        found = settings_of(role, self._roles)
        place = RoleSettings(base_url=found.base_url, api_key_env=found.api_key_env, timeout_s=found.timeout_s)
        if place not in self._endpoints:
            self._endpoints[place] = self._connect(found)
        return self._endpoints[place]

    async def _drained(self, seconds: float) -> None:
        await asyncio.gather(self._chats.drain(seconds), self._embedder.drain(seconds))
        for endpoint in self._endpoints.values():
            await endpoint.close()


def _whole(answer: WireAnswer, *, cached: bool) -> ChatAnswer:
    assert_finished(answer)
    return ChatAnswer(
        text=answer.text, finish_reason=answer.finish_reason, usage=answer.usage, model=answer.model, cached=cached
    )
