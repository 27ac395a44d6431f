"""The cache of answers and vectors."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.errors import UserError
from corpusmith.engine.gateway.endpoint.wire import ChatRequest, EmbeddingRequest, WireAnswer
from corpusmith.engine.gateway.keeping.cache import Cache
from corpusmith.engine.models import Usage

REQUEST = ChatRequest(model="m", messages=({"role": "user", "content": "hello"},))
TEXT = EmbeddingRequest(model="m", text="hello")

WRITING = """
import sys
from pathlib import Path
from corpusmith.engine.gateway.keeping.cache import Cache
from corpusmith.engine.gateway.endpoint.wire import WireAnswer
from corpusmith.engine.models import Usage
cache = Cache(Path(sys.argv[1]))
for number in range(200):
    cache.keep_answer(f"{int(sys.argv[2]) * 1000 + number:064x}", WireAnswer(f"{number}", "stop", Usage(), "m"))
cache.close()
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    opened = Cache(tmp_path_factory.mktemp("cache") / "answers.sqlite")
    yield opened
    opened.close()


@given(text=st.text(st.characters()), reason=st.text(), tokens=st.integers(0, 2**40))
def test_an_answer_comes_back_as_it_was(cache: Cache, text: str, reason: str, tokens: int) -> None:
    answer = WireAnswer(text, reason, Usage(tokens, tokens + 1), "m")
    cache.keep_answer(REQUEST.address(), answer)
    assert cache.answer(REQUEST, REQUEST.address()) == answer


@given(st.lists(st.floats(allow_nan=False) | st.floats(width=32, allow_nan=False), max_size=30))
def test_a_vector_comes_back_to_the_last_bit(cache: Cache, vector: list[float]) -> None:
    cache.keep_vectors({TEXT.address(): vector})
    kept = cache.vector(TEXT, TEXT.address())
    assert kept is not None
    assert list(map(float.hex, kept)) == list(map(float.hex, vector))


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "answers.sqlite")
    assert cache.answer(REQUEST, REQUEST.address()) is None
    assert cache.vector(TEXT, TEXT.address()) is None
    cache.close()


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    file = tmp_path / "answers.sqlite"
    writers = [subprocess.Popen([sys.executable, "-c", WRITING, str(file), str(index)]) for index in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    cache = Cache(file)
    kept = [cache.answer(REQUEST, f"{index * 1000 + number:064x}") for index in range(2) for number in range(200)]
    assert [answer.text for answer in kept if answer] == [str(number) for number in range(200)] * 2
    cache.close()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError):
        Cache(tmp_path / "file" / "answers.sqlite")
