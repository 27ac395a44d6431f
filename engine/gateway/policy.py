"""What code in the sandbox may ask of models: requests as JSON in, answers as JSON out, every one of them checked.

The code names a role, never a model; the key, the address and the words of an endpoint's errors stay outside. How the
bytes travel is the sandbox's concern.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..errors import CorpusmithError, RowError
from ..models import DEFAULT_ROLE, EMBEDDING_ROLE, ChatAnswer, Message, Models
from .spending.prices import Price

_ERROR_LENGTH = 500


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _AskedMessage(_Asked):
    role: Literal["system", "user", "assistant"]
    content: str


class _AskedChat(_Asked):
    kind: Literal["chat"]
    messages: Annotated[list[_AskedMessage], Field(min_length=1)]
    role: str = DEFAULT_ROLE
    response_schema: dict[str, Any] | None = None
    choices: list[str] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: int | None = None


class _AskedVectors(_Asked):
    kind: Literal["embed"]
    texts: list[str]
    role: str = EMBEDDING_ROLE


_REQUEST: TypeAdapter[_AskedChat | _AskedVectors] = TypeAdapter(
    Annotated[_AskedChat | _AskedVectors, Field(discriminator="kind")]
)


@dataclass(frozen=True)
class Allowance:
    """What one piece of code may ask for in all. Tokens and USD are checked before a call and counted after it."""

    roles: frozenset[str]
    max_calls: int
    max_request_bytes: int = 1_000_000
    max_answer_bytes: int = 1_000_000
    max_tokens: int = 1_000_000
    max_usd: float = 1.0
    """It cannot bind where a model's price is not known; calls and tokens do."""


class _RefusedHereError(Exception):
    """A request that the allowance does not let out."""


class GuardedModels:
    """Answers JSON requests through ``models`` within an allowance.

    A request is ``{"kind": "chat", "messages": [...], "role": ...}`` or ``{"kind": "embed", "texts": [...]}``; an answer is
    ``{"ok": ...}``, or ``{"error": {"kind", "message"}}`` of kind ``refused`` (by the allowance), ``row`` (this request
    cannot be answered) or ``stopped`` (nothing will be answered any more). ``price_of`` gives the price of a role's model.
    """

    def __init__(
        self,
        models: Models,
        allowance: Allowance,
        price_of: Callable[[str], Price | None] = lambda role: None,
        label: str = "sandbox",
    ) -> None:
        self._models = models
        self._allowance = allowance
        self._price_of = price_of
        self._label = label
        self._calls = 0
        self._tokens = 0
        self._usd = 0.0
        self.stopped_by: CorpusmithError | None = None
        """What stopped the run, for those outside; the code inside is told only that it stopped."""

    async def answer(self, content: bytes) -> bytes:
        """Return the answer to one request, both as JSON."""
        try:
            said = {"ok": await self._answered(self._request(content))}
        except _RefusedHereError as error:
            return _error("refused", str(error))
        except RowError as error:
            return _error("row", str(error)[:_ERROR_LENGTH])
        except CorpusmithError as error:
            self.stopped_by = error
            return _error("stopped", "The run is stopping.")
        body = orjson.dumps(said)
        if len(body) > self._allowance.max_answer_bytes:
            return _error("row", f"The answer is longer than {self._allowance.max_answer_bytes:,} bytes.")
        return body

    def _request(self, content: bytes) -> _AskedChat | _AskedVectors:
        """The request, read strictly; it counts as a call from here on."""
        if len(content) > self._allowance.max_request_bytes:
            raise _RefusedHereError(f"The request is longer than {self._allowance.max_request_bytes:,} bytes.")
        try:
            asked = _REQUEST.validate_json(content)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
            place = ".".join(map(str, problem["loc"]))
            raise _RefusedHereError(f"The request is malformed at `{place}`: {problem['msg']}.") from None
        if asked.role not in self._allowance.roles:
            raise _RefusedHereError("This role may not be used here.")
        self._reserve()
        return asked

    def _reserve(self) -> None:
        allowance = self._allowance
        if self._calls >= allowance.max_calls:
            raise _RefusedHereError(f"All {allowance.max_calls:,} calls are used up.")
        if self._tokens >= allowance.max_tokens or self._usd >= allowance.max_usd:
            raise _RefusedHereError("The allowance of tokens or cost is used up.")
        self._calls += 1

    async def _answered(self, asked: _AskedChat | _AskedVectors) -> Any:
        if isinstance(asked, _AskedVectors):
            return await self._embedded(asked.texts, asked.role)
        answer = await self._models.chat(
            [Message(role=message.role, content=message.content) for message in asked.messages],
            role=asked.role,
            schema=asked.response_schema,
            choices=asked.choices,
            temperature=asked.temperature,
            max_tokens=asked.max_tokens,
            seed=asked.seed,
            label=self._label,
        )
        self._count(answer, asked.role)
        return {"text": answer.text, "value": answer.value}

    async def _embedded(self, texts: Sequence[str], role: str) -> list[list[float]]:
        self._tokens += sum(map(len, texts)) // 4  # an embedding says nothing of its tokens
        return await self._models.embed(texts, role=role, label=self._label)

    def _count(self, answer: ChatAnswer, role: str) -> None:
        self._tokens += sum(answer.usage)
        price = self._price_of(role)
        self._usd += price.of(answer.usage) if price and not answer.cached else 0.0


def _error(kind: str, message: str) -> bytes:
    return orjson.dumps({"error": {"kind": kind, "message": message}})
