"""The breaker opens when an endpoint fails for everyone, and never for the sake of one row."""

from __future__ import annotations

import pytest

from corpusmith.engine.gateway.breaker import Breaker
from corpusmith.engine.gateway.faults import PassingError, RefusedError, UnreachableError, UnusableError

FAILED = PassingError("The endpoint failed (500).")
REFUSED = RefusedError("The endpoint refused the request (400).", kind="refused")


def fail(breaker: Breaker, *requests: int) -> None:
    for request in requests:
        breaker.failed(request)


def test_one_request_that_fails_again_and_again_is_to_blame_itself() -> None:
    breaker = Breaker(threshold=3)
    fail(breaker, 1, 1, 1, 1)
    assert breaker.verdict(1, FAILED) is FAILED
    breaker.assert_closed()


def test_many_that_fail_while_others_are_answered_are_to_blame_themselves() -> None:
    breaker = Breaker(threshold=3)
    for request in range(100):
        fail(breaker, request)
        assert breaker.verdict(request, FAILED) is FAILED
        if request % 2:
            breaker.answered()
    breaker.assert_closed()


def test_when_nobody_is_answered_the_first_given_up_stops_all() -> None:
    breaker = Breaker(threshold=3)
    fail(breaker, 1, 2, 3)
    verdict = breaker.verdict(1, FAILED)
    assert isinstance(verdict, UnusableError)
    assert "fails for every request" in str(verdict)
    with pytest.raises(UnusableError, match="fails for every request"):
        breaker.assert_closed()
    assert isinstance(breaker.verdict(2, FAILED), UnusableError)


def test_requests_one_after_the_other_stop_at_the_threshold() -> None:
    breaker = Breaker(threshold=3)
    verdicts = []
    for request in range(3):
        fail(breaker, request)
        verdicts.append(type(breaker.verdict(request, FAILED)))
    assert verdicts == [PassingError, PassingError, UnusableError]


def test_nobody_answering_at_the_address_stops_at_once() -> None:
    breaker = Breaker()
    verdict = breaker.verdict(1, UnreachableError("Refused.", fix="Start it."))
    assert isinstance(verdict, UnusableError)
    assert verdict.fix == "Start it."


def test_refusing_everyone_from_the_start_stops() -> None:
    breaker = Breaker(threshold=3)
    assert [type(breaker.verdict(request, REFUSED)) for request in range(3)] == [
        RefusedError,
        RefusedError,
        UnusableError,
    ]


def test_refusals_after_an_answer_are_the_requests_own() -> None:
    breaker = Breaker(threshold=3)
    breaker.answered()
    assert all(breaker.verdict(request, REFUSED) is REFUSED for request in range(10))


def test_overflows_never_stop() -> None:
    breaker = Breaker(threshold=3)
    overflow = RefusedError("Too long.", kind="context_overflow")
    assert all(breaker.verdict(request, overflow) is overflow for request in range(10))


def test_after_the_pause_the_endpoint_is_tried_anew() -> None:
    clock = [0.0]
    breaker = Breaker(threshold=1, pause_s=30, now=lambda: clock[0])
    fail(breaker, 1)
    breaker.verdict(1, FAILED)
    clock[0] = 29.0
    with pytest.raises(UnusableError):
        breaker.assert_closed()
    clock[0] = 30.0
    breaker.assert_closed()
