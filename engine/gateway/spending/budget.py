"""Hard limits on what a run may spend, checked before each call and never passed by more than the calls in flight."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...errors import BudgetReachedError
from ...events import EventSink, Warned, discard
from ...models import Usage
from .spend import SpendLedger


class Limits(BaseModel):
    """The most that a run may spend in all, resumes counted; ``None`` is no limit, 0 means that nothing may be spent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_usd: Annotated[float, Field(ge=0)] | None = None
    """USD. It cannot bind where a model's price is not known."""
    max_calls: Annotated[int, Field(ge=0)] | None = None
    """Attempts sent to an endpoint, those that are tried again included."""
    max_tokens: Annotated[int, Field(ge=0)] | None = None
    """Tokens in and out."""
    max_seconds: Annotated[float, Field(ge=0)] | None = None
    """Seconds of our own time: waiting for an endpoint or for a person is not ours."""


class Budget:
    """Lets a call pass or raises ``BudgetReachedError``, given what the ledger has and what is in flight."""

    def __init__(self, limits: Limits, ledger: SpendLedger, emit: EventSink = discard) -> None:
        self.limits = limits
        self._ledger = ledger
        self._emit = emit
        self._calls = 0
        self._tokens = 0.0
        self._usd = 0.0
        self._warned = False

    @contextmanager
    def reserved(self, model: str, expected: Usage) -> Iterator[None]:
        """Hold one call and what it is expected to take while the call lasts; book it in the ledger before leaving."""
        tokens, usd = self._expectation(model, expected)
        self._assert_within(model)
        self._calls, self._tokens, self._usd = self._calls + 1, self._tokens + tokens, self._usd + usd
        try:
            yield
        finally:
            self._calls, self._tokens, self._usd = self._calls - 1, self._tokens - tokens, self._usd - usd

    def _assert_within(self, model: str) -> None:
        spent, limits = self._ledger.total, self.limits
        self._assert_under("calls", "max_calls", limits.max_calls, spent.calls + self._calls)
        self._assert_under("tokens", "max_tokens", limits.max_tokens, spent.tokens + self._tokens)
        self._assert_under("seconds of own time", "max_seconds", limits.max_seconds, self._ledger.own_time.seconds)
        if limits.max_usd is not None:
            self._assert_affordable(model, limits.max_usd)

    def _assert_affordable(self, model: str, limit: float) -> None:
        price = self._ledger.prices.get(model)
        if price is None and limit > 0:
            self._warn_once(model)
        elif price is None or not price.is_free:
            self._assert_under("USD", "max_usd", limit, self._ledger.total.usd + self._usd)

    def _assert_under(self, what: str, name: str, limit: float | None, spent: float) -> None:
        if limit is not None and spent >= limit:
            raise BudgetReachedError(
                f"The budget of {limit:g} {what} is reached.",
                self._spent_so_far() if limit else "0 means that none may be spent.",
                f"What was answered is kept: raise `{name}` (under [limits] in corpusmith.toml{_flag_of(name)}) and give the "
                "same command to go on.",
            )

    def _spent_so_far(self) -> str:
        spent = self._ledger.total
        usd = "" if spent.unpriced else f", {spent.usd:,.4g} USD"
        under_way = f"; {self._calls:,} more calls are under way" if self._calls else ""
        return f"Spent so far: {spent.calls:,} calls, {spent.tokens:,} tokens{usd}{under_way}."

    def _expectation(self, model: str, expected: Usage) -> tuple[float, float]:
        """What one more call will take: the mean of those so far, once there are any that tell."""
        done = self._ledger.total
        if done.tokens:
            return done.tokens / done.calls, done.usd / done.calls
        price = self._ledger.prices.get(model)
        return float(sum(expected)), price.of(expected) if price else 0.0

    def _warn_once(self, model: str) -> None:
        if not self._warned:
            self._warned = True
            self._emit(
                Warned(
                    message=f"The price of {model} is not known, so the limit in USD cannot bind. "
                    f'Give it under [prices."{model}"] in corpusmith.toml.'
                )
            )


def _flag_of(limit: str) -> str:
    flag = {"max_usd": "--max-usd", "max_calls": "--max-calls"}.get(limit)
    return f", or {flag}" if flag else ""
