"""The gateway against a real vLLM server on the CPU: ``make test-vllm``. Skipped without CORPUSMITH_VLLM_PYTHON."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpusmith.engine.errors import RowError, UserError
from corpusmith.engine.gateway.configuration.config import load_config
from corpusmith.engine.gateway.gateway import Gateway
from corpusmith.engine.gateway.opening import open_gateway
from corpusmith.engine.gateway.serving.vllm_server import INTERPRETER, VllmServer
from corpusmith.engine.models import ChatAnswer, Message

pytestmark = pytest.mark.timeout(900)

_VERDICT = {
    "type": "object",
    "properties": {"good": {"type": "boolean"}, "score": {"type": "integer", "minimum": 1, "maximum": 5}},
    "required": ["good", "score"],
    "additionalProperties": False,
}
_SMALL = ["--max-model-len=1024", "--gpu-memory-utilization=0.2"]


def ask(text: str) -> list[Message]:
    return [{"role": "user", "content": text}]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    python = os.environ.get(INTERPRETER)
    if not python:
        pytest.skip(f"{INTERPRETER} names no Python that has vLLM; run make test-vllm")
    folder = tmp_path_factory.mktemp("model") / "tiny"
    subprocess.run([python, Path(__file__).with_name("tiny_model.py"), folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmServer]:
    with VllmServer(str(model), tmp_path_factory.mktemp("log") / "vllm.log", arguments=_SMALL) as server:
        yield server


@pytest.fixture
def gateway(server: VllmServer, tmp_path: Path) -> Iterator[Gateway]:
    opened = gateway_to(server, tmp_path)
    yield opened
    asyncio.run(opened.close())


def gateway_to(server: VllmServer, folder: Path) -> Gateway:
    flags = {
        "models.default.model": server.name,
        "models.default.base_url": server.base_url,
        "models.default.max_tokens": 40,
    }
    return open_gateway(
        load_config(flags=flags, environment={}, folder=folder), folder, folder / "cache", environment={}
    )


async def test_a_chat_is_answered_and_counted(gateway: Gateway) -> None:
    answer = await _lenient(gateway, "hello")
    assert answer.usage.prompt_tokens > 0


async def _lenient(gateway: Gateway, text: str) -> ChatAnswer:
    """An answer of any length: the tiny model does not know when to stop, so a choice ends it."""
    return await gateway.chat(ask(text), choices=["yes", "no"], seed=1)


async def test_a_schema_holds_for_every_seed(gateway: Gateway) -> None:
    answers = await gateway.samples(ask("judge"), 16, schema=_VERDICT, temperature=1.0)
    for answer in answers:
        assert answer.value == json.loads(answer.text)
        assert set(answer.value) == {"good", "score"}
        assert 1 <= answer.value["score"] <= 5
    assert len({answer.text for answer in answers}) > 1


async def test_a_choice_is_one_of_the_choices(gateway: Gateway) -> None:
    labels = ["sports", "politics", "weather"]
    answers = await asyncio.gather(*(gateway.chat(ask(f"text {n}"), choices=labels) for n in range(8)))
    assert {answer.value for answer in answers} <= set(labels)


async def test_the_same_seed_gives_the_same_answer(server: VllmServer, tmp_path: Path) -> None:
    answers = []
    for attempt in ("first", "second"):
        gateway = gateway_to(server, tmp_path / attempt)
        answers.append(await gateway.chat(ask("once more"), schema=_VERDICT, temperature=1.0, seed=7))
        await gateway.close()
    assert answers[0].value == answers[1].value
    assert not answers[1].cached


async def test_an_answer_is_streamed_piece_by_piece(gateway: Gateway) -> None:
    pieces: list[str] = []
    whole: ChatAnswer | None = None
    async for piece in gateway.stream(ask("tell"), max_tokens=30, seed=1):
        if isinstance(piece, ChatAnswer):
            whole = piece
        else:
            pieces.append(piece)
    assert whole is not None
    assert "".join(pieces) == whole.text
    assert len(pieces) > 1


async def test_64_requests_at_once_come_back_in_order(gateway: Gateway) -> None:
    schema = {"type": "object", "properties": {"n": {"const": 0}}, "required": ["n"], "additionalProperties": False}
    schemas = [json.loads(json.dumps(schema).replace("0", str(number))) for number in range(64)]
    answers = await asyncio.gather(*(gateway.chat(ask("count"), schema=one) for one in schemas))
    assert [answer.value["n"] for answer in answers] == list(range(64))


async def test_a_repeated_request_costs_nothing(gateway: Gateway) -> None:
    first = await _lenient(gateway, "again")
    second = await _lenient(gateway, "again")
    assert (first.cached, second.cached) == (False, True)
    assert first.value == second.value


async def test_an_answer_that_is_cut_off_is_no_answer(gateway: Gateway) -> None:
    with pytest.raises(RowError, match="cut"):
        await gateway.chat(ask("write a book"), schema={"type": "string", "minLength": 500}, max_tokens=10)


async def test_too_long_a_request_is_the_row_s_fault(gateway: Gateway) -> None:
    with pytest.raises(RowError):
        await gateway.chat(ask("word " * 3000))


async def test_an_unknown_model_stops_the_run(server: VllmServer, tmp_path: Path) -> None:
    flags = {"models.default.model": "nothing", "models.default.base_url": server.base_url}
    gateway = open_gateway(load_config(flags=flags, environment={}, folder=tmp_path), tmp_path, None, environment={})
    with pytest.raises(UserError, match="nothing"):
        await gateway.chat(ask("hello"))
    await gateway.close()


async def test_a_killed_server_that_is_started_again_goes_on(model: Path, tmp_path: Path) -> None:
    first = VllmServer(str(model), tmp_path / "vllm.log", arguments=_SMALL)
    with first:
        gateway = gateway_to(first, tmp_path)
        before = await _lenient(gateway, "before")
        os.killpg(first.pid, signal.SIGKILL)
        with VllmServer(str(model), tmp_path / "again.log", port=first._port, arguments=_SMALL):
            after = await _lenient(gateway, "after")
            assert (await _lenient(gateway, "before")).cached
        await gateway.close()
    assert {before.value, after.value} <= {"yes", "no"}
