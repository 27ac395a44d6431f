"""The fake endpoint does what it is told, counts what it is asked, and answers equal requests alike."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from corpusmith.evals.speed.fake_endpoint import Behaviour, Endpoint, running_endpoint


def post(endpoint: Endpoint, text: str, **fields: Any) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    body = {"model": "test-model", "messages": [{"role": "user", "content": text}], **fields}
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_equal_requests_are_answered_alike_and_counted_together(endpoint: Endpoint) -> None:
    answers = [post(endpoint, text)[1] for text in ("one", "two", "one")]
    assert answers[0] == answers[2] != answers[1]
    assert sorted(endpoint.counts().values()) == [1, 2]
    assert [line["content"]["messages"][0]["content"] for line in endpoint.log()] == ["one", "two", "one"]


def test_faults_by_rate_are_the_same_every_time(endpoint: Endpoint) -> None:
    seen = []
    for _ in range(2):
        endpoint.behave(Behaviour(rates={"busy": 0.3, "error": 0.3}))
        seen.append([post(endpoint, f"{number}")[0] for number in range(40)])
    assert seen[0] == seen[1]
    assert {200, 429, 500} == set(seen[0])


def test_scripted_faults_come_in_their_order_and_then_an_answer(endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(scripted={"bad": ["error", "busy"]}, retry_after="7"))
    assert [post(endpoint, "a bad one")[0] for _ in range(3)] == [500, 429, 200]
    assert post(endpoint, "a good one")[0] == 200


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such faults"):
        Behaviour(rates={"tired": 1.0})


def test_the_process_ends_with_its_block() -> None:
    with running_endpoint(Behaviour(answers={"ping": "pong"})) as endpoint:
        assert b"pong" in post(endpoint, "ping")[1]
    with pytest.raises(ConnectionRefusedError):
        post(endpoint, "ping")
