"""An endpoint that fails in every way at once, seen through the whole gateway."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from corpusmith.engine.errors import BudgetReachedError, RowError
from corpusmith.engine.gateway.configuration.roles import RoleSettings
from corpusmith.engine.gateway.endpoint.concurrency import Limiter
from corpusmith.engine.gateway.endpoint.dispatcher import Dispatcher
from corpusmith.engine.gateway.endpoint.openai_transport import OpenAITransport
from corpusmith.engine.gateway.endpoint.retries import RetryPolicy
from corpusmith.engine.gateway.gateway import Gateway
from corpusmith.engine.gateway.keeping.cache import Cache
from corpusmith.engine.gateway.spending.budget import Budget, Limits
from corpusmith.engine.gateway.spending.metering import MeteredTransport
from corpusmith.engine.gateway.spending.prices import Prices
from corpusmith.engine.gateway.spending.spend import SpendLedger
from corpusmith.engine.models import ChatAnswer
from corpusmith.evals.speed.fake_endpoint import Behaviour, Endpoint

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
FAULTS = {"busy": 0.10, "error": 0.05, "drop": 0.02, "bad_content": 0.03, "hang": 0.01}
AT_ONCE = 32


def gateway_to(endpoint: Endpoint, folder: Path, limits: Limits) -> Gateway:
    """A gateway whose waits are short, so that a test of many faults is."""
    spend = SpendLedger(Prices(), folder / "spend.sqlite")
    budget = Budget(limits, spend)

    def connect(settings: RoleSettings) -> Dispatcher:
        metered = MeteredTransport(OpenAITransport(endpoint.base_url), budget, spend)
        policy = RetryPolicy(first_wait_s=0.01, longest_wait_s=0.05)
        return Dispatcher(metered, policy, Limiter(ceiling=AT_ONCE), hung_after_s=0.5)

    return Gateway({"default": RoleSettings(model="test-model")}, connect, spend, Cache(folder / "cache.sqlite"))


async def ask_all(gateway: Gateway, count: int) -> list[ChatAnswer | BaseException]:
    try:
        return await asyncio.gather(
            *(gateway.chat([{"role": "user", "content": f"row {i:04}"}], schema=SCHEMA) for i in range(count)),
            return_exceptions=True,
        )
    finally:
        await gateway.close()


async def test_every_request_ends_answered_or_as_an_error_of_its_row(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.behave(Behaviour(rates=FAULTS, latency_s=0.002))
    gateway = gateway_to(endpoint, tmp_path, Limits())
    results = await ask_all(gateway, 500)
    assert {type(result) for result in results} <= {ChatAnswer, RowError}
    answered = [result for result in results if isinstance(result, ChatAnswer)]
    assert len(answered) > 490
    assert all(isinstance(answer.value["n"], int) for answer in answered)
    assert gateway.spend.total.retries > 50
    seen = {line["fault"] for line in endpoint.log()}
    assert seen >= set(FAULTS)


async def test_the_answers_come_in_the_order_of_the_questions(endpoint: Endpoint, tmp_path: Path) -> None:
    passing = {fault: rate for fault, rate in FAULTS.items() if fault != "bad_content"}
    endpoint.behave(Behaviour(rates=passing, answers={f"row {i:04}": f'{{"n": {i}}}' for i in range(100)}))
    results = await ask_all(gateway_to(endpoint, tmp_path, Limits()), 100)
    for index, result in enumerate(results):
        assert isinstance(result, RowError) or result.value == {"n": index}  # type: ignore[union-attr]


@pytest.mark.parametrize("limits", [Limits(max_calls=60), Limits(max_tokens=300)], ids=["calls", "tokens"])
async def test_a_budget_is_not_passed_by_more_than_the_calls_in_flight(
    endpoint: Endpoint, tmp_path: Path, limits: Limits
) -> None:
    endpoint.behave(Behaviour(rates=FAULTS, latency_s=0.002))
    gateway = gateway_to(endpoint, tmp_path, limits)
    results = await ask_all(gateway, 300)
    assert any(isinstance(result, BudgetReachedError) for result in results)
    assert {type(result) for result in results} <= {ChatAnswer, RowError, BudgetReachedError}
    total = gateway.spend.total
    assert endpoint.total() <= total.calls  # some attempts end before the endpoint sees them
    assert limits.max_calls is None or total.calls <= limits.max_calls
    mean = total.tokens / total.calls
    assert limits.max_tokens is None or total.tokens <= limits.max_tokens + AT_ONCE * mean
