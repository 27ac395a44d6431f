"""How operators and agents speak to models: messages, answers, and the ``Models`` protocol behind ``context.models``.

The gateway (``gateway``) is the implementation that reaches an endpoint; ``gateway/scripted.py`` answers in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from typing_extensions import TypedDict  # before Python 3.12 pydantic cannot read the one of `typing`

DEFAULT_ROLE = "default"
EMBEDDING_ROLE = "embedding"

JsonSchema: TypeAlias = Mapping[str, Any]


class Message(TypedDict):
    """One message of a conversation, as the OpenAI-compatible API takes it."""

    role: Literal["system", "user", "assistant"]
    content: str


class Usage(NamedTuple):
    """Tokens of one call, as the endpoint counted them; 0 where it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


NO_USAGE = Usage()


@dataclass(frozen=True)
class ChatAnswer:
    """What a model answered. ``value`` is the validated JSON where a schema was given, the chosen label with ``choices``."""

    text: str
    value: Any = None
    finish_reason: str = "stop"
    usage: Usage = NO_USAGE
    model: str = ""
    cached: bool = False
    """Whether the answer came from the cache, a recording or another request in flight, and so cost nothing."""


class Models(Protocol):
    """The one door to models. Every method may be called from many tasks at once.

    ``role`` names a model in the configuration (``default`` where a role has none of its own); ``label`` is what the spend
    is booked under, such as the step. Errors: ``RowError`` where this one request cannot be answered, so that its row is
    quarantined; ``UserError`` and ``BudgetReachedError`` where no request can, so that the run stops.
    """

    async def chat(
        self,
        messages: Sequence[Message],
        *,
        role: str = DEFAULT_ROLE,
        schema: JsonSchema | None = None,
        choices: Sequence[str] | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        label: str = "",
    ) -> ChatAnswer:
        """Return the answer. With ``schema`` or ``choices`` an answer that does not fit is asked for once more."""
        ...

    async def samples(
        self,
        messages: Sequence[Message],
        count: int,
        *,
        role: str = DEFAULT_ROLE,
        schema: JsonSchema | None = None,
        choices: Sequence[str] | None = None,
        temperature: float,
        max_tokens: int | None = None,
        seed: int = 0,
        label: str = "",
    ) -> list[ChatAnswer]:
        """Return ``count`` answers with the seeds ``seed``, ``seed + 1`` and so on; temperature 0 is a ``UserError``."""
        ...

    async def embed(self, texts: Sequence[str], *, role: str = EMBEDDING_ROLE, label: str = "") -> list[list[float]]:
        """Return one vector per text, in their order."""
        ...

    def identity(self, role: str) -> str:
        """Return what decides the answers of a role: the model's name and its configured sampling, never an address."""
        ...
