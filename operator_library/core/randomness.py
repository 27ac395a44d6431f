"""Random numbers that depend on the seed alone: not on batches, library versions or the machine."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from pydantic import Field

from ...engine.context import Context

Positions: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Seed: TypeAlias = Annotated[int | None, Field(description="The seed; the pipeline's own when null.")]


def random_order(count: int, seed: int | None, context: Context, purpose: str) -> Positions:
    """Return a uniformly random order of the positions below ``count``.

    With a ``seed`` the order depends on it and on ``purpose`` alone, else on the context's seed and step too.
    The raw stream of numpy's PCG64 is used because, unlike its distributions, it is the same in every version.
    """
    source = (context if seed is None else Context(seed=seed)).random(purpose)
    keys = np.random.PCG64(source.getrandbits(128)).random_raw(count)
    return np.argsort(keys, kind="stable").astype(np.int64, copy=False)
