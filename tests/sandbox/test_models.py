"""The way to a model from inside: what goes through, and what hostile code makes of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpusmith.engine.gateway.policy import Allowance, GuardedModels
from corpusmith.engine.models import ChatAnswer, Usage
from corpusmith.sandbox.launch.job import Tier
from corpusmith.sandbox.limits import Limits
from corpusmith.sandbox.models.broker import Ask
from corpusmith.sandbox.trial import Trial, run_trial

ALLOWANCE = Allowance(roles=frozenset({"default"}), max_calls=3, max_request_bytes=10_000, max_answer_bytes=1000)
BEGIN = "import os, sys, time\nfrom corpusmith.sandbox.models.inside import *\nmodels = open_models()\n"
LIMITS = Limits(seconds=20.0)


class Echo:
    """Answers with what it was asked."""

    async def chat(self, messages: list[dict[str, str]], **settings: object) -> ChatAnswer:
        return ChatAnswer(messages[-1]["content"].upper(), usage=Usage(1, 1))


@pytest.fixture
def ask() -> Iterator[Ask]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    guard = GuardedModels(Echo(), ALLOWANCE)  # type: ignore[arg-type]
    yield lambda content: asyncio.run_coroutine_threadsafe(guard.answer(content), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def said(tier: Tier, script: str, ask: Ask | None, folder: Path) -> str:
    ending = run_trial(tier, Trial(BEGIN + script, limits=LIMITS, ask=ask), folder).ending
    return ending.stdout.decode() + ending.stderr.decode()


ASKS = {
    "is answered": ("print(models.chat([{'role': 'user', 'content': 'hé'}]))", "{'text': 'HÉ', 'value': None}"),
    "may name no other role": ("models.chat([], role='dear')", "refused|malformed"),
    "may name no model": ("models.chat([{'role': 'user', 'content': 'a'}], model='dear')", "malformed"),
    "may not be long": ("models.chat([{'role': 'user', 'content': 'a' * 20_000}])", "longer than 10,000 bytes"),
    "gets no long answer": ("models.chat([{'role': 'user', 'content': 'a' * 2000}])", "longer than 1,000 bytes"),
    "is counted": ("for n in range(4): models.chat([{'role': 'user', 'content': 'a'}])", "All 3 calls are used up"),
}


@pytest.mark.parametrize("name", ASKS)
def test_a_request(name: str, tier: Tier, ask: Ask, tmp_path: Path) -> None:
    script, words = ASKS[name]
    found = said(tier, script, ask, tmp_path)
    assert any(word in found for word in words.split("|"))


HOSTILE = {
    "announces too much": "os.write(models._end, (1 << 40).to_bytes(8, 'little') + b'x')",
    "announces a negative length": "os.write(models._end, b'\\xff' * 8)",
    "hangs up": "os.close(models._end); sys.exit()",
    "hangs up in the middle": "os.write(models._end, b'\\x09'); os.close(models._end); sys.exit()",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_asker_is_not_answered(name: str, tier: Tier, ask: Ask, tmp_path: Path) -> None:
    threads = threading.active_count()
    found = said(tier, f"{HOSTILE[name]}\nprint('BREACH', models._exactly(8))", ask, tmp_path)
    assert "BREACH b" not in found
    for thread in threading.enumerate():
        if thread.name == "corpusmith-models":
            thread.join(20)
    assert threading.active_count() <= threads


def test_rubbish_is_refused_in_words(tier: Tier, ask: Ask, tmp_path: Path) -> None:
    script = "body = b'\\xff[' * 9; models._send(len(body).to_bytes(8, 'little') + body); print(models._exactly(80))"
    found = said(tier, script, ask, tmp_path)
    assert '"kind":"refused"' in found
    assert "malformed" in found


def test_a_flood_of_requests_ends_at_the_allowance(tier: Tier, ask: Ask, tmp_path: Path) -> None:
    script = """
from contextlib import suppress
answered = 0
for n in range(200):
    with suppress(ModelRefusedError):
        models.chat([{'role': 'user', 'content': 'a'}]); answered += 1
print('answered', answered)"""
    assert "answered 3" in said(tier, script, ask, tmp_path)


def test_without_models_a_script_is_told_so(tier: Tier, tmp_path: Path) -> None:
    assert "This trial has no models" in said(tier, "", None, tmp_path)
