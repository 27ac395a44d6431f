"""The measure of the gateway's speed runs, and its ratio is the median over the rounds."""

from __future__ import annotations

from corpusmith.evals.speed.gateway import GatewaySpeed, measure, text


def test_both_ways_are_timed_in_every_round() -> None:
    speed = measure(requests=20, rounds=2, concurrency=8, latency_s=0.001)
    assert len(speed.bare) == len(speed.dispatched) == 2
    assert min(speed.bare + speed.dispatched) > 0
    assert "n = 2 rounds of 20 requests" in text(speed)


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    speed = GatewaySpeed(1, 1, 0.0, bare=[100.0, 100.0, 200.0], dispatched=[90.0, 300.0, 200.0])
    assert speed.ratio == 1.0
