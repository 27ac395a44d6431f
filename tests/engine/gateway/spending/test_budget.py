"""Limits, the run's own time, prices and the ledger behind them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.errors import BudgetReachedError
from corpusmith.engine.events import Event
from corpusmith.engine.gateway.spending.budget import Budget, Limits
from corpusmith.engine.gateway.spending.own_time import OwnTime
from corpusmith.engine.gateway.spending.prices import Price, Prices, shipped_prices
from corpusmith.engine.gateway.spending.spend import Account, SpendLedger
from corpusmith.engine.models import Usage

ACCOUNT = Account("default", "", "m")
PRICES = Prices({"m": Price(input=1_000_000, output=1_000_000), "free": Price(input=0)})


def spend(budget: Budget, ledger: SpendLedger, usage: Usage) -> None:
    with budget.reserved(ACCOUNT.model, Usage(1)):
        ledger.called(ACCOUNT, usage, seconds=0.0, retry=False, failed=False)


@given(limit=st.integers(0, 60), sizes=st.lists(st.integers(1, 20), max_size=30), at_once=st.integers(1, 5))
def test_no_limit_is_passed_by_more_than_what_is_in_flight(limit: int, sizes: list[int], at_once: int) -> None:
    for name in ("max_usd", "max_calls", "max_tokens"):
        ledger = SpendLedger(PRICES)
        budget = Budget(Limits(**{name: limit}), ledger)
        waiting = list(sizes)
        while waiting:
            batch, waiting = waiting[:at_once], waiting[at_once:]
            if not send_together(budget, ledger, batch):
                break
        total = ledger.total
        assert total.calls <= limit or name != "max_calls"
        assert total.tokens <= limit + at_once * 20 or name != "max_tokens"
        assert total.usd <= limit + at_once * 20 or name != "max_usd"
        if limit == 0:
            assert total.calls == 0


def send_together(budget: Budget, ledger: SpendLedger, sizes: list[int]) -> bool:
    """Reserve for all before any is answered; say whether all were let through."""
    held = []
    try:
        for _ in sizes:
            reservation = budget.reserved("m", Usage(1))
            reservation.__enter__()
            held.append(reservation)
    except BudgetReachedError:
        return False
    finally:
        for reservation, size in zip(held, sizes, strict=False):
            ledger.called(ACCOUNT, Usage(size, 0), seconds=0.0, retry=False, failed=False)
            reservation.__exit__(None, None, None)
    return True


def test_the_last_token_of_a_budget_may_be_spent() -> None:
    ledger = SpendLedger(PRICES)
    budget = Budget(Limits(max_tokens=30), ledger)
    for _ in range(3):
        spend(budget, ledger, Usage(10))
    with pytest.raises(BudgetReachedError, match="budget of 30 tokens is reached"):
        spend(budget, ledger, Usage(10))


def test_what_is_in_flight_is_expected_to_take_what_others_took() -> None:
    ledger = SpendLedger(PRICES)
    budget = Budget(Limits(max_tokens=30), ledger)
    spend(budget, ledger, Usage(10))
    with budget.reserved("m", Usage(1)), budget.reserved("m", Usage(1)), pytest.raises(BudgetReachedError):
        spend(budget, ledger, Usage(10))
    spend(budget, ledger, Usage(10))


def test_a_free_model_passes_a_limit_of_0_usd_and_an_unpriced_one_does_not() -> None:
    budget = Budget(Limits(max_usd=0), SpendLedger(PRICES))
    with budget.reserved("free", Usage(1)):
        pass
    for model in ("m", "unknown"):
        with pytest.raises(BudgetReachedError), budget.reserved(model, Usage(1)):
            pass


def test_waiting_for_somebody_else_is_not_our_own_time() -> None:
    clock = iter([0.0, 10.0, 25.0, 31.0])
    own = OwnTime(100.0, now=lambda: next(clock))
    with own.waiting(), own.waiting():
        assert own.seconds == 110.0
    assert own.seconds == 116.0


def test_own_time_counts_over_resumes(tmp_path: Path) -> None:
    ledger = SpendLedger(PRICES, tmp_path / "spend.sqlite")
    ledger.own_time = OwnTime(50.0)
    ledger.close()
    resumed = SpendLedger(PRICES, tmp_path / "spend.sqlite")
    with pytest.raises(BudgetReachedError, match="seconds of own time"):
        spend(Budget(Limits(max_seconds=50), resumed), resumed, Usage(1))
    resumed.close()


def test_a_ledger_goes_on_where_a_killed_one_stopped(tmp_path: Path) -> None:
    file = tmp_path / "spend.sqlite"
    killed = SpendLedger(PRICES, file)
    killed.called(ACCOUNT, Usage(3, 4), seconds=1.5, retry=False, failed=False)
    killed.called(ACCOUNT, seconds=0.5, retry=True, failed=True)
    resumed = SpendLedger(PRICES, file)
    assert resumed.total.calls == 2
    resumed.saved(ACCOUNT, cached=5)
    resumed.called(Account("judge", "step", "m"), Usage(1, 0), seconds=0.0, retry=False, failed=False)
    resumed.close()
    killed.close()
    ledger = SpendLedger(PRICES, file)
    content = ledger.as_json()
    ledger.close()
    assert [account["role"] for account in content["accounts"]] == ["default", "judge"]
    assert content["total"] == {
        "calls": 3,
        "retries": 1,
        "failed": 1,
        "cached": 5,
        "merged": 0,
        "prompt_tokens": 4,
        "completion_tokens": 4,
        "usd": 8.0,
        "seconds": 2.0,
    }


def test_events_come_seldom_and_the_last_says_it_all() -> None:
    events: list[Event] = []
    ledger = SpendLedger(PRICES, emit=events.append)
    for _ in range(1000):
        ledger.called(ACCOUNT, Usage(1), seconds=0.0, retry=False, failed=False)
    ledger.close()
    assert len(events) < 100
    assert events[-1].line()["calls"] == 1000


def test_own_prices_come_before_shipped_ones() -> None:
    model, shipped = next(iter(shipped_prices().items()))
    assert Prices().get(model) == shipped
    assert Prices({model: Price(input=7)}).get(model) == Price(input=7)
    assert Prices().get("nobody knows this") is None
    assert Price(input=2, output=3).of(Usage(1_000_000, 2_000_000)) == 8
