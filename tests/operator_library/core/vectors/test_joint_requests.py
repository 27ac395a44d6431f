"""Rows that ask for vectors one by one share requests, and fail one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from corpusmith.engine.errors import RowError, UserError
from corpusmith.operator_library.core.vectors.joint_requests import vector_of


class Endpoint:
    """Embeds a text as its length; refuses requests that hold ``refused``, as gateways do."""

    def __init__(self, refused: str = "", error: Exception | None = None) -> None:
        self.refused = refused
        self.error = error
        self.requests: list[list[str]] = []

    async def embed(self, texts: Sequence[str], *, role: str, label: str) -> list[list[float]]:
        self.requests.append(list(texts))
        await asyncio.sleep(0.001)
        if self.error is not None:
            raise self.error
        if self.refused in texts:
            raise RowError("refused")
        return [[float(len(text))] for text in texts]


async def asked(models: Any, *texts: str) -> list[Any]:
    return await asyncio.gather(
        *(vector_of(text, models, "embedding", "step") for text in texts), return_exceptions=True
    )


async def test_rows_that_ask_at_once_share_one_request_and_equal_texts_one_place_in_it() -> None:
    models = Endpoint()
    assert await asked(models, "a", "bb", "a", "ccc") == [[1.0], [2.0], [1.0], [3.0]]
    assert models.requests == [["a", "bb", "ccc"]]


async def test_a_refused_text_fails_its_own_row_alone() -> None:
    first, second, third = await asked(Endpoint(refused="bb"), "a", "bb", "ccc")
    assert (first, third) == ([1.0], [3.0])
    assert isinstance(second, RowError)


async def test_an_error_of_the_run_reaches_every_row() -> None:
    answers = await asked(Endpoint(error=UserError("No model.")), "a", "bb")
    assert [type(answer) for answer in answers] == [UserError, UserError]


async def test_rows_that_ask_later_or_of_others_ask_for_themselves() -> None:
    one, other = Endpoint(), Endpoint()
    await asyncio.gather(asked(one, "a"), asked(other, "b"))
    await asked(one, "c")
    assert (one.requests, other.requests) == ([["a"], ["c"]], [["b"]])


async def test_a_cancelled_request_leaves_nobody_waiting() -> None:
    models = Endpoint()
    tasks = [asyncio.create_task(vector_of(text, models, "embedding", "step")) for text in ("a", "bb")]
    for _ in range(4):
        await asyncio.sleep(0)
    assert models.requests == [["a", "bb"]]
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
