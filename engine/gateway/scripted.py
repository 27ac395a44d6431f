"""``ScriptedModels``: models that answer from a Python function, for tests, examples and trying a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import UserError
from ..models import DEFAULT_ROLE, EMBEDDING_ROLE, Usage
from .configuration.roles import RoleSettings
from .endpoint.wire import ChatRequest, WireAnswer
from .role_models import Answered, RoleModels
from .spending.spend import Account

_NAME = "scripted"


class ScriptedModels(RoleModels):
    """Implements ``Models`` in memory, with the same checks and the same second question as the gateway.

    ``answer`` takes the request and gives the text, or a whole ``WireAnswer`` where the finish reason matters; what it
    raises is passed on. ``embed`` takes a text and gives its vector. ``requests`` lists what was asked, in order.
    """

    def __init__(
        self,
        answer: Callable[[ChatRequest], str | WireAnswer],
        embed: Callable[[str], Sequence[float]] | None = None,
        roles: dict[str, RoleSettings] | None = None,
    ) -> None:
        named = RoleSettings(model=_NAME)
        super().__init__({DEFAULT_ROLE: named, EMBEDDING_ROLE: named, **(roles or {})})
        self.requests: list[ChatRequest] = []
        self._script = answer
        self._vector = embed

    async def _answered(self, request: ChatRequest, account: Account) -> Answered:
        self.requests.append(request)
        said = self._script(request)
        answer = said if isinstance(said, WireAnswer) else WireAnswer(said, "stop", Usage(), request.model)
        return Answered(answer, cached=False)

    async def _embedded(self, texts: Sequence[str], account: Account) -> list[list[float]]:
        if self._vector is None:
            raise UserError("These scripted models do not embed.", fix="Give ScriptedModels an `embed` function.")
        return [list(self._vector(text)) for text in texts]
