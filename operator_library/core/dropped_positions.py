"""The dropped rows of a step that has one reason for all of them, at one byte per row of the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


class DroppedPositions(Mapping[int, str]):
    """Maps each position where ``dropped`` is true to ``reason``; a dict would take a hundred times the memory."""

    def __init__(self, dropped: Mask, reason: str) -> None:
        self._dropped = dropped
        self._reason = reason

    def __getitem__(self, position: int) -> str:
        if 0 <= position < len(self._dropped) and self._dropped[position]:
            return self._reason
        raise KeyError(position)

    def __iter__(self) -> Iterator[int]:
        return map(int, np.flatnonzero(self._dropped))

    def __len__(self) -> int:
        return int(np.count_nonzero(self._dropped))
