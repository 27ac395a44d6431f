"""The measure of the gateway's speed runs, and its ratio is the median over the rounds."""

from __future__ import annotations

from corpusmith.evals.speed.gateway import GatewaySpeed, Round, measure, text


def test_every_way_is_timed_in_every_round() -> None:
    speed = measure(requests=20, rounds=2, concurrency=8, latency_s=0.001)
    assert len(speed.bare) == len(speed.dispatched) == len(speed.whole) == 2
    assert min(one.seconds for one in speed.bare + speed.dispatched + speed.whole) > 0
    assert "n = 2 rounds of 20 requests" in text(speed)


def test_the_ratios_are_the_medians_of_the_rounds() -> None:
    bare = [Round(1.0, 0.5), Round(1.0, 0.5), Round(2.0, 1.0)]
    whole = [Round(4.0, 1.0), Round(0.5, 0.5), Round(2.0, 3.0)]
    speed = GatewaySpeed(1, 1, 0.0, bare=bare, whole=whole)
    assert speed.ratio == 1.0
    assert speed.cpu_ratio(speed.whole) == 2.0
