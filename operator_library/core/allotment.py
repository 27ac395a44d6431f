"""How rows, or whole groups of rows, are dealt out to parts of given shares."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

import numpy as np

from .digests import Labels


def sizes_by_share(total: int, shares: Sequence[float]) -> list[int]:
    """Return whole sizes that sum to ``total``, each within one of its share (largest remainder method).

    Equal remainders are settled in favour of the earlier part.
    """
    scale = total / sum(shares)
    exact = [share * scale for share in shares]
    sizes = [int(size) for size in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda part: sizes[part] - exact[part])
    for part in by_remainder[: total - sum(sizes)]:
        sizes[part] += 1
    return sizes


def allot_groups(group_sizes: Sequence[int], shares: Sequence[float]) -> list[int]:
    """Return the part of each group, given the groups in descending order of size.

    Greedy: each group goes to the part that is furthest from its size. The last groups are kept back for parts that
    would stay empty, so that every part with a positive share gets a group when there are enough.
    """
    needs = [(-need, part) for part, need in enumerate(sizes_by_share(sum(group_sizes), shares)) if shares[part] > 0]
    heapq.heapify(needs)
    empty = {part for _, part in needs}
    parts: list[int] = []
    for place, size in enumerate(group_sizes):
        reserved = len(empty) >= len(group_sizes) - place
        need, part = _neediest(needs, empty) if reserved and empty else heapq.heappop(needs)
        heapq.heappush(needs, (need + size, part))
        empty.discard(part)
        parts.append(part)
    return parts


def _neediest(needs: list[tuple[int, int]], among: set[int]) -> tuple[int, int]:
    chosen = min(entry for entry in needs if entry[1] in among)
    needs.remove(chosen)
    heapq.heapify(needs)
    return chosen


def connected(first: Labels, second: Labels) -> Labels:
    """Return labels from 0 on that tie together rows which share their first label or their second (union-find)."""
    parents = list(range(int(first.max(initial=-1)) + 1))

    def root(label: int) -> int:
        while parents[label] != label:
            parents[label] = parents[parents[label]]
            label = parents[label]
        return label

    seen: dict[int, int] = {}
    for one, other in np.unique(np.stack([first, second], axis=1), axis=0).tolist():
        parents[root(one)] = root(seen.setdefault(other, one))
    roots: np.ndarray[Any, np.dtype[np.int64]] = np.array(
        [root(label) for label in range(len(parents))], dtype=np.int64
    )
    return np.unique(roots[first], return_inverse=True)[1].astype(np.int64)
