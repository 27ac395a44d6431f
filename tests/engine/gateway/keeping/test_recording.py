"""Recording what models answered, and running again from that."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.engine.gateway.configuration.config import ModelConfig, load_config
from corpusmith.engine.gateway.configuration.roles import RoleSettings
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, WireAnswer
from corpusmith.engine.gateway.gateway import Gateway
from corpusmith.engine.gateway.keeping.recording import Recorder, Replay
from corpusmith.engine.gateway.opening import open_gateway
from corpusmith.engine.models import ChatAnswer, Usage
from corpusmith.evals.speed.fake_endpoint import Endpoint


def config_of(endpoint: Endpoint, folder: Path) -> ModelConfig:
    environment = {
        "CORPUSMITH_BASE_URL": endpoint.base_url,
        "CORPUSMITH_MODEL": "test-model",
        "CORPUSMITH_EMBEDDING_MODEL": "test-embedding",
    }
    return load_config(environment=environment, folder=folder)


async def use(gateway: Gateway) -> tuple[list[ChatAnswer], list[list[float]]]:
    try:
        chats = (gateway.chat([{"role": "user", "content": f"row {i % 7}"}], role="judge") for i in range(20))
        return await asyncio.gather(*chats), await gateway.embed(["a", "b", "a"])
    finally:
        await gateway.close()


async def test_a_replay_gives_the_same_answers_without_any_model(endpoint: Endpoint, tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    answers, vectors = await use(open_gateway(config_of(endpoint, tmp_path), tmp_path / "a", None, record=file))
    made = endpoint.total()
    nothing = load_config(environment={}, folder=tmp_path)
    replayed = open_gateway(nothing, tmp_path / "b", None, replay=file)
    assert replayed.identity("judge") == "test-model"
    again, vectors_again = await use(replayed)
    assert [answer.text for answer in again] == [answer.text for answer in answers]
    assert all(answer.cached for answer in again)
    assert vectors_again == vectors
    assert endpoint.total() == made
    assert replayed.spend.total.calls == 0


async def test_the_same_run_gives_the_same_file(endpoint: Endpoint, tmp_path: Path) -> None:
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    for number, file in enumerate(files):
        await use(
            open_gateway(config_of(endpoint, tmp_path), tmp_path / f"run {number}", tmp_path / "cache", record=file)
        )
    assert files[0].read_bytes() == files[1].read_bytes()
    kinds = [json.loads(line)["kind"] for line in files[0].read_text().splitlines()]
    assert kinds == ["role"] * 2 + ["chat"] * 7 + ["embedding"] * 2


async def test_a_request_that_is_not_in_the_recording_is_named(endpoint: Endpoint, tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    await use(open_gateway(config_of(endpoint, tmp_path), tmp_path / "a", None, record=file))
    gateway = open_gateway(config_of(endpoint, tmp_path), tmp_path / "b", None, replay=file)
    made = endpoint.total()
    with pytest.raises(UserError, match="never asked before"):
        await gateway.chat([{"role": "user", "content": "never asked before"}])
    with pytest.raises(UserError, match="an unknown text"):
        await gateway.embed(["an unknown text"])
    await gateway.close()
    assert endpoint.total() == made


def test_a_recording_goes_on_after_a_line_that_was_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    roles = {"default": RoleSettings(model="m")}
    request = ChatRequest(model="m", messages=({"role": "user", "content": "über 😀"},))
    answer = WireAnswer("yes", "stop", Usage(1, 2), "m")
    killed = Recorder(file, roles)
    killed.answer(request, request.address(), answer)
    with file.open("a") as end:
        end.write('{"kind": "chat", "addr')
    resumed = Recorder(file, roles)
    other = ChatRequest(model="m", messages=({"role": "user", "content": "another"},))
    resumed.answer(other, other.address(), answer)
    resumed.close()
    killed.close()
    replay = Replay(file)
    assert replay.answer(request, request.address()) == answer


def test_what_is_no_recording_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no recording"):
        Replay(tmp_path / "missing.jsonl")
    (tmp_path / "other.jsonl").write_text('{"text": "a row"}\n')
    with pytest.raises(UserError, match=r"Line 1 cannot be read"):
        Replay(tmp_path / "other.jsonl")
