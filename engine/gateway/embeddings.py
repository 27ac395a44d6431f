"""Embeds texts through an endpoint: each text is kept and merged on its own, and sent with others in one request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeAlias

from .endpoint.faults import RefusedError
from .endpoint.faults_for_people import faults_for_people
from .endpoint.wire import EmbeddingRequest, WireVectors
from .errand import Errand
from .inflight import InFlight
from .keeping.cache import KeptAnswers
from .keeping.recording import Recorder
from .spending.spend import Account, SpendLedger

_TEXTS_IN_A_REQUEST = 64

Outcome: TypeAlias = "list[float] | RefusedError"
"""What became of one text: a batch with a refused text is split until only that one is refused."""


class EmbeddingEndpoint(Protocol):
    """The part of an endpoint that embeds."""

    async def embed(self, model: str, texts: Sequence[str]) -> WireVectors:
        """Return one vector per text."""
        ...


class Embedder:
    """Answers from what is kept, from what is under way, and from the endpoint, in this order."""

    def __init__(self, kept: KeptAnswers, spend: SpendLedger, recorder: Recorder | None = None) -> None:
        self._kept = kept
        self._spend = spend
        self._recorder = recorder
        self._in_flight: InFlight[Outcome] = InFlight()

    async def vectors(
        self, texts: Sequence[str], account: Account, endpoint: Callable[[], EmbeddingEndpoint]
    ) -> list[list[float]]:
        """Return one vector per text; raises ``RowError`` where one is refused, after the others are kept."""
        requests = [EmbeddingRequest(model=account.model, text=text) for text in texts]
        by_address = {request.address(): request for request in requests}
        found: dict[str, Outcome] = self._kept_vectors(by_address, account)
        missing = {address: request for address, request in by_address.items() if address not in found}
        with faults_for_people():
            found.update(await self._fetched(missing, account, endpoint))
            return [_vector(found[request.address()]) for request in requests]

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way."""
        await self._in_flight.drain(seconds)

    def _kept_vectors(self, requests: Mapping[str, EmbeddingRequest], account: Account) -> dict[str, Outcome]:
        looked_up = {address: self._kept.vector(request, address) for address, request in requests.items()}
        found: dict[str, Outcome] = {address: vector for address, vector in looked_up.items() if vector is not None}
        if found:
            self._spend.saved(account, cached=len(found))
        for address, vector in found.items():
            self._record(requests[address], address, vector)
        return found

    async def _fetched(
        self,
        requests: Mapping[str, EmbeddingRequest],
        account: Account,
        endpoint: Callable[[], EmbeddingEndpoint],
    ) -> dict[str, Outcome]:
        joined = [address for address in requests if address in self._in_flight]
        if joined:
            self._spend.saved(account, merged=len(joined))
        own = iter([address for address in requests if address not in joined])
        batches = iter(lambda: {address: requests[address] for address in islice(own, _TEXTS_IN_A_REQUEST)}, {})
        sent = [self._sent(batch, account, endpoint) for batch in batches]
        results = await asyncio.gather(*sent, *(self._joined(address) for address in joined), return_exceptions=True)
        found: dict[str, Outcome] = {}
        for result in results:
            if isinstance(result, BaseException):
                raise result
            found.update(result)
        return found

    async def _joined(self, address: str) -> Mapping[str, Outcome]:
        return {address: await self._in_flight.joined(address)}

    async def _sent(
        self, batch: Mapping[str, EmbeddingRequest], account: Account, endpoint: Callable[[], EmbeddingEndpoint]
    ) -> Mapping[str, Outcome]:
        return await self._in_flight.led(list(batch), Errand(account), lambda: self._asked(batch, account, endpoint()))

    async def _asked(
        self, batch: Mapping[str, EmbeddingRequest], account: Account, endpoint: EmbeddingEndpoint
    ) -> Mapping[str, Outcome]:
        try:
            with self._spend.own_time.waiting():
                answer = await endpoint.embed(account.model, [request.text for request in batch.values()])
        except RefusedError as refused:
            if len(batch) == 1:
                return dict.fromkeys(batch, refused)
            return await self._asked_in_halves(batch, account, endpoint)
        vectors = dict(zip(batch, answer.vectors, strict=True))
        self._kept.keep_vectors(vectors)
        for address, vector in vectors.items():
            self._record(batch[address], address, vector)
        return vectors

    async def _asked_in_halves(
        self, batch: Mapping[str, EmbeddingRequest], account: Account, endpoint: EmbeddingEndpoint
    ) -> Mapping[str, Outcome]:
        items = list(batch.items())
        middle = len(items) // 2
        first = await self._asked(dict(items[:middle]), account, endpoint)
        return {**first, **await self._asked(dict(items[middle:]), account, endpoint)}

    def _record(self, request: EmbeddingRequest, address: str, vector: Outcome) -> None:
        if self._recorder and not isinstance(vector, RefusedError):
            self._recorder.vector(request, address, vector)


def _vector(outcome: Outcome) -> list[float]:
    if isinstance(outcome, RefusedError):
        raise outcome
    return outcome
