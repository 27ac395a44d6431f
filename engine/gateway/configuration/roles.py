"""The settings of one model, by the role that it plays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field

from ...errors import UserError
from ...models import DEFAULT_ROLE, EMBEDDING_ROLE

SAMPLING = ("temperature", "top_p", "max_tokens")
"""The settings that decide answers, besides the model itself."""


class RoleSettings(BaseModel):
    """One role's model, where it is reached, and how it samples. What is ``None`` is left to the endpoint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(min_length=1)] | None = None
    """The model's name, as the endpoint knows it."""
    base_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """The address of an OpenAI-compatible API, such as ``http://localhost:8000/v1``."""
    api_key_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The environment variable that holds the key; the key itself is never configured."""
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    """0 for the likeliest answer, more for varied ones."""
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    """The share of probability that is sampled from."""
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    """The longest answer, in tokens."""
    timeout_s: Annotated[float, Field(gt=0)] = 600.0
    """Seconds after which one attempt is given up."""

    def identity(self) -> str:
        """Return what decides the answers: the model's name and its sampling, never an address."""
        sampling = {name: value for name in SAMPLING if (value := getattr(self, name)) is not None}
        return f"{self.model} {orjson.dumps(sampling).decode()}" if sampling else str(self.model)


def settings_of(role: str, roles: Mapping[str, RoleSettings]) -> RoleSettings:
    """Return the settings of a role, or those of ``default`` where it has none; raises ``UserError`` without a model.

    An embedding model is never the default one: a model that chats does not embed.
    """
    fallback = role if role == EMBEDDING_ROLE else DEFAULT_ROLE
    found = roles.get(role) or roles.get(fallback)
    if found is not None and found.model:
        return found
    if fallback == EMBEDDING_ROLE:
        raise UserError(
            "No embedding model is configured.",
            fix='Set CORPUSMITH_EMBEDDING_MODEL, or `model = "..."` under [models.embedding] in corpusmith.toml.',
        )
    raise UserError(
        f"No model is configured for the role `{role}`.",
        fix="Set CORPUSMITH_MODEL and CORPUSMITH_BASE_URL (CORPUSMITH_API_KEY if the endpoint wants a key), "
        'or `model = "..."` under [models.default] in corpusmith.toml; `corpusmith config show --origin` shows what is set.',
    )
