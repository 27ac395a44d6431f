"""A process killed at random points and started again: nothing that it was given is paid for twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpusmith.engine.gateway.spending.prices import Prices
from corpusmith.engine.gateway.spending.spend import SpendLedger
from corpusmith.evals.speed.fake_endpoint import Behaviour, Endpoint

from .asking_process import AT_ONCE, QUESTIONS

KILLS = 3
PROCESS = Path(__file__).parent / "asking_process.py"


def start(endpoint: Endpoint, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(PROCESS), endpoint.base_url, str(folder)])


def questions_of(log: list[dict[str, Any]]) -> list[str]:
    return [line["content"]["messages"][0]["content"] for line in log]


def wait_for_requests(endpoint: Endpoint, count: int, process: subprocess.Popen[bytes]) -> None:
    while endpoint.total() < count and process.poll() is None:
        time.sleep(0.005)


@pytest.mark.parametrize("seed", [1])
def test_an_answer_that_was_given_is_never_asked_for_again(endpoint: Endpoint, tmp_path: Path, seed: int) -> None:
    endpoint.behave(Behaviour(latency_s=0.02))
    chance = random.Random(seed)
    given_before: dict[str, int] = {}
    for _ in range(KILLS):
        with start(endpoint, tmp_path) as process:
            wait_for_requests(endpoint, endpoint.total() + chance.randint(10, QUESTIONS // KILLS - 20), process)
            time.sleep(chance.random() * 0.02)
            process.kill()
        asked_so_far = len(endpoint.log())
        for question in (tmp_path / "noted.txt").read_text().splitlines():
            given_before.setdefault(question, asked_so_far)
    with start(endpoint, tmp_path) as process:
        assert process.wait() == 0
    asked = questions_of(endpoint.log())
    again = [question for question, position in given_before.items() if question in asked[position:]]
    assert again == []
    assert given_before
    assert len(set(asked)) == QUESTIONS
    assert len(asked) - QUESTIONS <= KILLS * AT_ONCE
    assert max(Counter(asked).values()) <= 1 + KILLS
    spent = SpendLedger(Prices(), tmp_path / "run" / "spend.sqlite")
    assert len(asked) - KILLS * AT_ONCE <= spent.total.calls <= len(asked)
    spent.close()
