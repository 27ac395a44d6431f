"""What is tried again, how long it waits, and when it is given up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.gateway.endpoint.faults import PassingError, UnreachableError
from corpusmith.engine.gateway.endpoint.retries import RetryPolicy, Trouble

POLICY = RetryPolicy(attempts=4, total_s=100, first_wait_s=1, longest_wait_s=8, longest_asked_s=20)


def wait(error: PassingError, trouble: Trouble, *, answered_before: bool = True) -> float | None:
    return POLICY.wait_s(error, trouble, answered_before=answered_before)


@given(st.integers(1, 3))
def test_waits_double_with_jitter(failures: int) -> None:
    waited = wait(PassingError("x"), Trouble(failures, failures))
    assert waited is not None
    assert 2 ** (failures - 1) / 2 <= waited <= 2 ** (failures - 1)


def test_the_last_attempt_is_given_up() -> None:
    assert wait(PassingError("x"), Trouble(4, 4)) is None


def test_a_busy_endpoint_is_waited_for_while_there_is_time() -> None:
    busy = PassingError("x", busy=True)
    assert wait(busy, Trouble(attempts=500, failures=0, seconds=50)) is not None
    assert wait(busy, Trouble(attempts=500, failures=0, seconds=99.9)) is None


@given(st.floats(0, 10_000))
def test_what_the_endpoint_asks_for_is_honoured_up_to_a_cap(asked: float) -> None:
    waited = wait(PassingError("x", retry_after=asked, busy=True), Trouble(1, 0))
    assert waited is not None
    assert min(asked, 20) <= waited <= 20.5


def test_an_address_where_nobody_ever_answered_is_given_up_sooner() -> None:
    refused = UnreachableError("x", fix="y")
    assert wait(refused, Trouble(3, 3), answered_before=False) is None
    assert wait(refused, Trouble(3, 3), answered_before=True) is not None


def test_trouble_counts_429s_apart() -> None:
    trouble = Trouble()
    trouble.count(PassingError("x", busy=True), 2.0)
    trouble.count(PassingError("x"), 1.0)
    assert trouble == Trouble(attempts=2, failures=1, seconds=3.0)
