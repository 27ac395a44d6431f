"""What travels between the gateway and an endpoint: a request with its content address, and what came back."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple, Protocol

import orjson
from pydantic import BaseModel, ConfigDict

from ...models import Message, Usage


class ChatRequest(BaseModel):
    """One chat completion, with everything that decides its answer. What is ``None`` is left to the endpoint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    messages: tuple[Message, ...]
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    response_schema: dict[str, Any] | None = None
    """A JSON schema that the endpoint is asked to hold its answer to."""
    choices: tuple[str, ...] = ()
    """The only answers allowed, sent as a schema of an enumeration."""

    def address(self) -> str:
        """Return the SHA-256 of the request: equal requests have equal answers."""
        content = orjson.dumps(["chat", self.model_dump(mode="json")], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(content).hexdigest()


class EmbeddingRequest(BaseModel):
    """The embedding of one text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    text: str

    def address(self) -> str:
        """Return the SHA-256 of the request."""
        return hashlib.sha256(orjson.dumps(["embedding", self.model, self.text])).hexdigest()


class WireAnswer(NamedTuple):
    """What an endpoint answered to a chat request."""

    text: str
    finish_reason: str
    usage: Usage
    model: str


class WireVectors(NamedTuple):
    """What an endpoint answered to a batch of texts: one vector each, in order."""

    vectors: list[list[float]]
    usage: Usage


class Transport(Protocol):
    """Sends single requests to one endpoint and raises a ``WireError`` (``faults.py``) when that does not succeed."""

    async def chat(self, request: ChatRequest) -> WireAnswer:
        """Return the answer."""
        ...

    def stream(self, request: ChatRequest) -> AsyncIterator[str | WireAnswer]:
        """Yield pieces of the text as they come, and at last the whole answer."""
        ...

    async def embed(self, model: str, texts: Sequence[str]) -> WireVectors:
        """Return the vectors of ``texts``."""
        ...

    async def models(self) -> list[str]:
        """Return the names of the models that the endpoint offers."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
