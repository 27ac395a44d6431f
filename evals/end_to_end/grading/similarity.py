"""How similar two texts are, under several definitions that near-duplicate detectors use."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

from .fates import Pair

WORDS = re.compile(r"\w+")
MOST_COMMON = 200
"""A run of words that more texts than this have in common says nothing."""


def similarities(one: str, other: str) -> list[float]:
    """Return the similarity from 0 to 1 as overlap of words, word runs and characters, and as matching characters."""
    first, second = one.lower(), other.lower()
    overlaps = [_overlap(_runs(first, n), _runs(second, n)) for n in (1, 3, 5)]
    letters = _overlap(
        {first[at : at + 5] for at in range(len(first))}, {second[at : at + 5] for at in range(len(second))}
    )
    return [*overlaps, letters, SequenceMatcher(None, first, second, autojunk=False).ratio()]


def close_pairs(texts: Sequence[str], least: float) -> list[tuple[Pair, list[float]]]:
    """Return the pairs of texts that are at least this similar under any definition, with all similarities."""
    pairs = {pair: similarities(texts[pair[0]], texts[pair[1]]) for pair in _candidates(texts)}
    return [(pair, found) for pair, found in pairs.items() if max(found) >= least]


def _candidates(texts: Sequence[str]) -> set[Pair]:
    """Return the pairs that share a third of their runs of three words or more."""
    runs = [_runs(text.lower(), 3) for text in texts]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, found in enumerate(runs):
        for run in found:
            holders[run].append(at)
    common = Counter(pair for rows in holders.values() if len(rows) <= MOST_COMMON for pair in combinations(rows, 2))
    return {pair for pair, shared in common.items() if shared * 3 >= min(len(runs[pair[0]]), len(runs[pair[1]]))}


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = WORDS.findall(text)
    return {tuple(words[at : at + length]) for at in range(max(len(words) - length + 1, 1))}


def _overlap(one: set[Any], other: set[Any]) -> float:
    return len(one & other) / max(len(one | other), 1)
