"""Puts the budget before, and the spend ledger behind, every single attempt that is sent to an endpoint."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from ...models import NO_USAGE, Usage
from ..endpoint.wire import ChatRequest, Transport, WireAnswer, WireVectors
from ..errand import CURRENT
from .budget import Budget
from .spend import SpendLedger

_CHARACTERS_PER_TOKEN = 4


class _Attempt:
    usage: Usage = NO_USAGE


class MeteredTransport:
    """A ``Transport`` that raises ``BudgetReachedError`` instead of sending what the budget does not allow."""

    def __init__(self, transport: Transport, budget: Budget, ledger: SpendLedger) -> None:
        self._transport = transport
        self._budget = budget
        self._ledger = ledger

    async def chat(self, request: ChatRequest) -> WireAnswer:
        """Return the answer, booked."""
        with self._attempt(request.model, _expected(request)) as attempt:
            answer = await self._transport.chat(request)
            attempt.usage = answer.usage
        return answer

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | WireAnswer]:
        """Yield the pieces of an answer and the whole, booked when it is whole or broken off."""
        with self._attempt(request.model, _expected(request)) as attempt:
            async for piece in self._transport.stream(request):
                if isinstance(piece, WireAnswer):
                    attempt.usage = piece.usage
                yield piece

    async def embed(self, model: str, texts: Sequence[str]) -> WireVectors:
        """Return the vectors, booked."""
        with self._attempt(model, _tokens_in(texts)) as attempt:
            vectors = await self._transport.embed(model, texts)
            attempt.usage = vectors.usage
        return vectors

    async def models(self) -> list[str]:
        """Return the names of the models that the endpoint offers; this costs nothing."""
        return await self._transport.models()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._transport.close()

    @contextmanager
    def _attempt(self, model: str, expected: Usage) -> Iterator[_Attempt]:
        errand = CURRENT.get()
        if errand.is_abandoned:
            raise asyncio.CancelledError
        attempt, failed = _Attempt(), True
        with self._budget.reserved(model, expected):
            errand.attempts, errand.is_sent, start = errand.attempts + 1, True, time.monotonic()
            try:
                yield attempt
                failed = False
            finally:
                errand.is_sent = False
                self._ledger.called(
                    errand.account,
                    attempt.usage,
                    seconds=time.monotonic() - start,
                    retry=errand.attempts > 1,
                    failed=failed,
                )


def _expected(request: ChatRequest) -> Usage:
    return _tokens_in([message.get("content", "") for message in request.messages])


def _tokens_in(texts: Sequence[str]) -> Usage:
    return Usage(sum(map(len, texts)) // _CHARACTERS_PER_TOKEN + 1, 0)
