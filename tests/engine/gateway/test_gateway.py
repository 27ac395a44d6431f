"""The gateway over HTTP, against a fake endpoint in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from corpusmith.engine.errors import BudgetReachedError, EndpointError, RowError, UserError
from corpusmith.engine.events import Event, TokensSpent, Warned, discard
from corpusmith.engine.gateway.configuration.config import load_config
from corpusmith.engine.gateway.gateway import Gateway
from corpusmith.engine.gateway.opening import open_gateway
from corpusmith.engine.gateway.spending.budget import Limits
from corpusmith.engine.models import ChatAnswer, Message
from corpusmith.evals.speed.fake_endpoint import Behaviour, Endpoint

Opened: TypeAlias = Callable[..., Any]

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


def asked(text: str) -> list[Message]:
    return [{"role": "user", "content": text}]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def opened(endpoint: Endpoint, tmp_path: Path) -> Opened:
    """Opens a gateway to the fake endpoint, and closes it at the end of the block."""

    @asynccontextmanager
    async def open_here(
        *,
        toml: str = "",
        variables: dict[str, str] | None = None,
        cache: bool = True,
        emit: Callable[[Event], None] = discard,
        **options: Any,
    ) -> AsyncIterator[Gateway]:
        (tmp_path / "corpusmith.toml").write_text(toml)
        environment = {
            "CORPUSMITH_BASE_URL": endpoint.base_url,
            "CORPUSMITH_API_KEY": "secret-key",
            "CORPUSMITH_MODEL": "test-model",
            "CORPUSMITH_EMBEDDING_MODEL": "test-embedding",
            **(variables or {}),
        }
        config = load_config(environment=environment, folder=tmp_path)
        folder = tmp_path / "cache" if cache else None
        gateway = open_gateway(config, tmp_path / "run", folder, emit, environment=environment, **options)
        try:
            yield gateway
        finally:
            await gateway.close()

    return open_here


async def test_1000_requests_of_which_900_repeat_make_100_calls(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        answers = await asyncio.gather(*(gateway.chat(asked(f"question {i % 100}")) for i in range(1000)))
    assert (endpoint.total(), gateway.spend.total.retries) == (100, 0)
    assert all(answers[i].text == answers[i % 100].text for i in range(1000))
    assert len({answer.text for answer in answers}) == 100
    total = gateway.spend.as_json()["total"]
    assert (total["calls"], total["cached"] + total["merged"]) == (100, 900)


async def test_answers_outlive_the_gateway(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        first = await gateway.chat(asked("hello"))
        vectors = await gateway.embed(["a", "b"])
    async with opened() as gateway:
        again = await gateway.chat(asked("hello"))
        assert await gateway.embed(["b", "a", "b"]) == [vectors[1], vectors[0], vectors[1]]
    assert again == ChatAnswer(**{**vars(first), "cached": True})
    assert endpoint.total() == 2


async def test_without_a_cache_the_same_question_is_asked_again(opened: Opened, endpoint: Endpoint) -> None:
    async with opened(cache=False) as gateway:
        await gateway.chat(asked("hello"))
        await gateway.chat(asked("hello"))
    assert endpoint.total() == 2


async def test_a_reachable_model_is_booked_by_role_label_and_model(opened: Opened, endpoint: Endpoint) -> None:
    toml = '[prices."test-model"]\ninput = 1000000\noutput = 2000000\n'
    events: list[Event] = []
    async with opened(toml=toml, emit=events.append) as gateway:
        answer = await gateway.chat(asked("one two three"), role="judge", label="step 2")
    (account,) = gateway.spend.as_json()["accounts"]
    assert (account["role"], account["label"], account["model"]) == ("judge", "step 2", "test-model")
    assert account["usd"] == answer.usage.prompt_tokens + 2 * answer.usage.completion_tokens
    last = [event for event in events if isinstance(event, TokensSpent)][-1]
    assert (last.calls, last.usd) == (1, account["usd"])


async def test_an_answer_that_fits_the_schema_comes_as_a_value(opened: Opened, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(answers={"how many": '{"n": 3}'}))
    async with opened() as gateway:
        assert (await gateway.chat(asked("how many"), schema=SCHEMA)).value == {"n": 3}


async def test_an_answer_that_does_not_fit_is_asked_for_once_more(opened: Opened, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(answers={"obeys this schema": '{"n": 3}', "how many": "about three"}))
    async with opened() as gateway:
        answer = await gateway.chat(asked("how many"), schema=SCHEMA)
    assert answer.value == {"n": 3}
    assert endpoint.total() == 2
    assert [message["role"] for message in endpoint.log()[1]["content"]["messages"]] == ["user", "assistant", "user"]


async def test_an_answer_that_never_fits_is_an_error_of_its_row(opened: Opened, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(answers={"": "no idea"}))
    async with opened() as gateway:
        with pytest.raises(RowError, match="does not fit, asked twice"):
            await gateway.chat(asked("how many"), schema=SCHEMA)
        with pytest.raises(RowError, match="does not fit, asked twice"):
            await gateway.chat(asked("which"), choices=["yes", "no"])
    assert endpoint.total() == 4


async def test_a_choice_comes_as_its_label(opened: Opened, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(answers={"": '{"choice": "no"}'}))
    async with opened() as gateway:
        assert (await gateway.chat(asked("well?"), choices=["yes", "no"])).value == "no"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("cut_off", "cut off"), ("filtered", "content filter"), ("overflow", "context"), ("refused", "messages")],
)
async def test_what_concerns_one_request_is_an_error_of_its_row(
    opened: Opened, endpoint: Endpoint, fault: str, reason: str
) -> None:
    endpoint.behave(Behaviour(always={"bad": fault}))
    async with opened() as gateway:
        results = await asyncio.gather(
            *(gateway.chat(asked(text)) for text in ("good 1", "bad", "good 2")), return_exceptions=True
        )
    assert [type(result) for result in results] == [ChatAnswer, RowError, ChatAnswer]
    assert reason in str(results[1])
    assert endpoint.total() == 3


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [(Behaviour(api_key="another"), "key"), (Behaviour(models=["other"]), "test-model")],
    ids=["wrong key", "unknown model"],
)
async def test_what_concerns_every_request_stops_the_run_at_once(
    opened: Opened, endpoint: Endpoint, behaviour: Behaviour, said: str
) -> None:
    endpoint.behave(behaviour)
    async with opened() as gateway:
        with pytest.raises(EndpointError, match=said) as caught:
            await gateway.chat(asked("hello"))
    assert endpoint.total() == 1
    assert caught.value.fix
    assert "secret-key" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


async def test_an_unreachable_endpoint_is_an_error_of_the_endpoint(opened: Opened) -> None:
    async with opened(variables={"CORPUSMITH_BASE_URL": "http://127.0.0.1:9/v1"}) as gateway:
        with pytest.raises(EndpointError) as caught:
            await gateway.chat(asked("hello"))
    assert "127.0.0.1" not in str(caught.value)


async def test_samples_have_seeds_of_their_own(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        drawn = await gateway.samples(asked("vary"), 3, temperature=0.7, seed=5)
        assert await gateway.samples(asked("vary"), 3, temperature=0.7, seed=5) == [
            ChatAnswer(**{**vars(answer), "cached": True}) for answer in drawn
        ]
    assert sorted(line["content"]["seed"] for line in endpoint.log()) == [5, 6, 7]
    assert len({answer.text for answer in drawn}) == 3


async def test_samples_at_temperature_0_are_refused(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        with pytest.raises(UserError, match="temperature 0"):
            await gateway.samples(asked("vary"), 2, temperature=0.0)
        assert len(await gateway.samples(asked("vary"), 1, temperature=0.0)) == 1


async def test_a_stream_ends_with_the_whole_answer_and_is_kept(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        *pieces, whole = [piece async for piece in gateway.stream(asked("tell me"))]
        assert len(pieces) > 1
        assert "".join(pieces) == whole.text
        assert (await gateway.chat(asked("tell me"))).text == whole.text
        kept, end = [piece async for piece in gateway.stream(asked("tell me"))]
        assert (kept, end.text, end.cached) == (whole.text, whole.text, True)
    assert endpoint.total() == 1


async def test_a_stream_that_nobody_listens_to_any_more_ends(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        listening = gateway.stream(asked("tell me"))
        assert await anext(listening)
        await listening.aclose()
        assert (await gateway.chat(asked("go on"))).text


async def test_a_refused_text_spares_the_others_of_its_batch(opened: Opened, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(always={"bad": "overflow"}))
    texts = [f"text {number}" for number in range(10)]
    async with opened() as gateway:
        with pytest.raises(RowError):
            await gateway.embed([*texts[:7], "bad", *texts[7:]])
        before = endpoint.total()
        assert len(await gateway.embed(texts)) == 10
    assert endpoint.total() == before


def test_callers_in_several_loops_and_threads_share_one_gateway(opened: Opened, endpoint: Endpoint) -> None:
    endpoint.behave(Behaviour(latency_s=0.2))
    answers: list[ChatAnswer] = []

    async def use() -> None:
        async with opened() as gateway:
            barrier = threading.Barrier(4)

            async def ask() -> None:
                answers.append(await gateway.chat(asked("the same")))

            def in_a_loop_of_its_own() -> None:
                barrier.wait()
                asyncio.run(ask())

            threads = [threading.Thread(target=in_a_loop_of_its_own) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                await asyncio.to_thread(thread.join)
            await ask()

    asyncio.run(use())
    assert len(answers) == 5
    assert endpoint.total() == 1


async def test_a_budget_of_0_sends_nothing(opened: Opened, endpoint: Endpoint) -> None:
    for limits in (Limits(max_usd=0), Limits(max_calls=0), Limits(max_tokens=0), Limits(max_seconds=0)):
        async with opened(limits=limits) as gateway:
            with pytest.raises(BudgetReachedError, match="0 means that none may be spent"):
                await gateway.chat(asked("hello"))
    assert endpoint.total() == 0


async def test_what_is_kept_costs_nothing_of_a_budget(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        await gateway.chat(asked("hello"))
    async with opened(limits=Limits(max_calls=0)) as gateway:
        assert (await gateway.chat(asked("hello"))).cached
    assert endpoint.total() == 1


async def test_a_budget_counts_what_earlier_runs_spent(opened: Opened, endpoint: Endpoint) -> None:
    for number in range(2):
        async with opened(limits=Limits(max_calls=3)) as gateway:
            results = await asyncio.gather(
                *(gateway.chat(asked(f"run {number} question {i}")) for i in range(2)), return_exceptions=True
            )
    assert [type(result) for result in results] in ([ChatAnswer, BudgetReachedError], [BudgetReachedError, ChatAnswer])
    assert endpoint.total() == 3
    async with opened(limits=Limits(max_calls=4)) as gateway:
        await asyncio.gather(*(gateway.chat(asked(f"run 1 question {i}")) for i in range(2)))
    assert endpoint.total() == 4


async def test_an_unknown_price_is_said_once_and_does_not_bind(opened: Opened, endpoint: Endpoint) -> None:
    events: list[Event] = []
    async with opened(limits=Limits(max_usd=0.000001), emit=events.append) as gateway:
        await asyncio.gather(*(gateway.chat(asked(f"question {i}")) for i in range(5)))
    assert sum(isinstance(event, Warned) and "price of test-model" in event.message for event in events) == 1
    assert gateway.spend.as_json()["total"]["usd"] is None


async def test_the_sampling_of_a_role_is_sent_and_named(opened: Opened, endpoint: Endpoint) -> None:
    toml = "[models.default]\ntemperature = 0.5\nmax_tokens = 9\n[models.judge]\ntemperature = 0\n"
    async with opened(toml=toml) as gateway:
        await gateway.chat(asked("a"))
        await gateway.chat(asked("b"), role="judge")
        await gateway.chat(asked("c"), role="judge", temperature=0.9, max_tokens=5)
        assert gateway.identity("judge") == 'test-model {"temperature":0.0,"max_tokens":9}'
        assert gateway.identity("other") == gateway.identity("default")
    sent = [(line["content"]["temperature"], line["content"]["max_tokens"]) for line in endpoint.log()]
    assert sent == [(0.5, 9), (0.0, 9), (0.9, 5)]


async def test_nothing_secret_is_left_on_disk(opened: Opened, endpoint: Endpoint, tmp_path: Path) -> None:
    async with opened(record=tmp_path / "recording.jsonl") as gateway:
        await gateway.chat(asked("hello"))
        await gateway.embed(["hello"])
    for file in files_in(tmp_path):
        assert b"secret-key" not in file.read_bytes(), file.name
        assert str(endpoint.port).encode() not in file.read_bytes(), file.name


async def test_a_damaged_cache_is_said_by_name(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "answers.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(UserError, match=r"answers\.sqlite cannot be used"):
        async with opened():
            pass


async def test_a_bad_schema_is_an_error_of_the_person(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        with pytest.raises(UserError, match="no JSON schema"):
            await gateway.chat(asked("hello"), schema={"type": "number or so"})
    assert endpoint.total() == 0


async def test_text_that_is_no_unicode_is_an_error_of_its_row(opened: Opened, endpoint: Endpoint) -> None:
    async with opened() as gateway:
        with pytest.raises(RowError, match="cannot be sent to a model"):
            await gateway.chat(asked("half a pair \ud800"))
        with pytest.raises(RowError, match="cannot be sent to a model"):
            await gateway.embed(["half a pair \ud800"])
