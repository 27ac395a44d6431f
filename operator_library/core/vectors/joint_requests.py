"""Rows that each ask for the vector of a text, and share the requests."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

from ....engine.errors import RowError
from ....engine.models import Models

Vector: TypeAlias = list[float]
_Key: TypeAlias = tuple[int, int, str, str]

_gathering: dict[_Key, dict[str, asyncio.Future[Vector]]] = {}
"""Who is asked for in this turn of an event loop, by the loop, the models and how they are asked; empty between turns."""


async def vector_of(text: str, models: Models, role: str, label: str) -> Vector:
    """Return the vector of a text. Texts that are asked for in the same turn of the event loop go to the model together.

    Raises ``RowError`` where this text has none, and no error because of another text.
    """
    loop = asyncio.get_running_loop()
    key = (id(loop), id(models), role, label)
    if key in _gathering:
        return await asyncio.shield(_gathering[key].setdefault(text, loop.create_future()))
    asked = _gathering[key] = {text: loop.create_future()}
    try:
        await asyncio.sleep(0)
    finally:
        del _gathering[key]
    try:
        await _settle(asked, models, role, label)
    except BaseException as error:
        _fail(asked, error)
        raise
    return await asked[text]


async def _settle(asked: dict[str, asyncio.Future[Vector]], models: Models, role: str, label: str) -> None:
    texts = list(asked)
    try:
        for text, vector in zip(texts, await models.embed(texts, role=role, label=label), strict=True):
            asked[text].set_result(vector)
    except RowError as error:
        if len(texts) == 1:
            asked[texts[0]].set_exception(error)
            return
        await asyncio.gather(*(_settle({text: asked[text]}, models, role, label) for text in texts))


def _fail(asked: dict[str, asyncio.Future[Vector]], error: BaseException) -> None:
    for future in asked.values():
        if not future.done():
            future.cancel() if isinstance(error, asyncio.CancelledError) else future.set_exception(error)
        if not future.cancelled():
            future.exception()  # looked at, as nobody may be waiting any more
