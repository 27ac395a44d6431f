"""The breaker opens when an endpoint fails for everyone, and never for the sake of some rows."""

from __future__ import annotations

import pytest

from corpusmith.engine.gateway.endpoint.breaker import Breaker
from corpusmith.engine.gateway.endpoint.faults import (
    PassingError,
    RefusedError,
    UnreachableError,
    UnusableError,
    WireError,
)

FAILED = PassingError("The endpoint failed (500).")
REFUSED = RefusedError("The endpoint refused the request (400).", kind="refused")


def fail(breaker: Breaker, *requests: int, error: WireError = FAILED) -> None:
    for request in requests:
        breaker.failed(request, error)


def test_one_request_that_fails_again_and_again_is_to_blame_itself() -> None:
    breaker = Breaker(threshold=3)
    fail(breaker, 1, 1, 1, 1)
    assert not breaker.suspects(FAILED)
    assert breaker.verdict(FAILED) is FAILED
    breaker.assert_closed()


def test_many_that_fail_while_others_are_answered_are_to_blame_themselves() -> None:
    breaker = Breaker(threshold=3)
    for request in range(100):
        fail(breaker, request)
        assert not breaker.suspects(FAILED)
        if request % 2:
            breaker.answered()


def test_an_endpoint_that_answers_nobody_is_suspected_and_when_condemned_refuses_all() -> None:
    breaker = Breaker(threshold=3)
    fail(breaker, 1, 2, 3)
    assert breaker.suspects(FAILED)
    assert breaker.verdict(FAILED) is FAILED
    breaker.condemn(FAILED)
    assert isinstance(breaker.verdict(FAILED), UnusableError)
    with pytest.raises(UnusableError, match="fails for every request"):
        breaker.assert_closed()
    assert not breaker.suspects(FAILED)


def test_an_answer_lifts_the_suspicion() -> None:
    breaker = Breaker(threshold=3)
    fail(breaker, 1, 2, 3)
    breaker.answered()
    assert not breaker.suspects(FAILED)


def test_nobody_answering_at_the_address_stops_at_once() -> None:
    breaker = Breaker(threshold=1)
    error = UnreachableError("Refused.", fix="Start it.")
    fail(breaker, 1, error=error)
    assert not breaker.suspects(error)
    verdict = breaker.verdict(error)
    assert isinstance(verdict, UnusableError)
    assert verdict.fix == "Start it."


def test_refusing_everyone_from_the_start_is_suspicious() -> None:
    breaker = Breaker(threshold=3)
    fail(breaker, 1, 2, error=REFUSED)
    assert not breaker.suspects(REFUSED)
    fail(breaker, 3, error=REFUSED)
    assert breaker.suspects(REFUSED)


def test_refusals_after_an_answer_are_the_requests_own() -> None:
    breaker = Breaker(threshold=3)
    breaker.answered()
    fail(breaker, *range(10), error=REFUSED)
    assert not breaker.suspects(REFUSED)


def test_overflows_are_never_suspicious() -> None:
    breaker = Breaker(threshold=3)
    overflow = RefusedError("Too long.", kind="context_overflow")
    fail(breaker, *range(10), error=overflow)
    assert not breaker.suspects(overflow)


def test_after_the_pause_the_endpoint_is_tried_anew() -> None:
    clock = [0.0]
    breaker = Breaker(threshold=1, pause_s=30, now=lambda: clock[0])
    breaker.condemn(FAILED)
    clock[0] = 29.0
    with pytest.raises(UnusableError):
        breaker.assert_closed()
    clock[0] = 30.0
    breaker.assert_closed()
