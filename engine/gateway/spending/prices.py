"""What models cost: a small shipped table (``prices.toml``) and the person's own, by the model's exact name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...models import Usage

_PER = 1_000_000


class Price(BaseModel):
    """The price of a model, in USD per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)] = 0.0

    def of(self, usage: Usage) -> float:
        """Return what these tokens cost, in USD."""
        return (usage.prompt_tokens * self.input + usage.completion_tokens * self.output) / _PER

    @property
    def is_free(self) -> bool:
        """Whether nothing is ever paid."""
        return self.input == 0 and self.output == 0


class Prices:
    """Prices by model; ``own`` comes before what is shipped."""

    def __init__(self, own: Mapping[str, Price] | None = None) -> None:
        self._own = dict(own or {})

    def get(self, model: str) -> Price | None:
        """Return the price of a model, ``None`` where it is not known."""
        return self._own.get(model) or shipped_prices().get(model)


@cache
def shipped_prices() -> Mapping[str, Price]:
    """Return the table that comes with the package."""
    table = tomllib.loads((Path(__file__).parent / "prices.toml").read_text(encoding="utf-8"))
    return {model: Price(**price) for model, price in table.items()}
