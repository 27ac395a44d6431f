"""Finding similar texts, exactly: all pairs of them, or what to drop so that no two are left.

Similarity is the Jaccard index of the sets of word n-grams. It is exact up to collisions of 64-bit hashes: candidates
come from ``prefix_index.py`` and each is verified on the whole sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from .gram_sets import GramSets, collect
from .prefix_index import PrefixIndex
from .word_grams import Grams

Texts = Iterable[Sequence[str | None]]
Flags = npt.NDArray[np.bool_]


def similar_pairs(batches: Texts, *, threshold: float, ngram: int) -> Iterator[tuple[int, int, float]]:
    """Yield every pair of texts with Jaccard similarity of at least ``threshold``, each pair once, lazily.

    ``batches`` holds the texts in order; a pair is ``(i, j, similarity)`` with positions ``i < j``. The order of the
    pairs is not promised, and all texts are read before the first comes. Texts without words (and nulls) are similar
    to nothing.
    """
    with collect(batches, ngram) as sets:
        members, bounds = sets.members()
        index = PrefixIndex(sets, threshold)
        for number in range(len(sets)):
            own = members[bounds[number] : bounds[number + 1]].tolist()
            for place, second in enumerate(own):
                yield from ((first, second, 1.0) for first in own[:place])
            for other, similarity in _similar_to(sets, number, index, threshold):
                others = members[bounds[other] : bounds[other + 1]].tolist()
                yield from ((min(a, b), max(a, b), similarity) for a in own for b in others)
            index.add(number)


def keep_first(batches: Texts, *, threshold: float, ngram: int) -> dict[int, int]:
    """Return which texts to drop so that no two of the rest are similar, going through them in order.

    A text is dropped when it is similar to an earlier text that was kept; the answer maps the position of each dropped
    text to that of the first such kept text. Texts without words (and nulls) are always kept.
    """
    with collect(batches, ngram) as sets:
        members, bounds = sets.members()
        firsts = members[bounds[:-1]]
        index = PrefixIndex(sets, threshold)
        dropped: dict[int, int] = {}
        for number in range(len(sets)):
            own = members[bounds[number] : bounds[number + 1]].tolist()
            resembled = next((other for other, _ in _similar_to(sets, number, index, threshold)), None)
            if resembled is None:
                index.add(number)
                dropped.update(dict.fromkeys(own[1:], own[0]))
            else:
                dropped.update(dict.fromkeys(own, int(firsts[resembled])))
        return dropped


@contextmanager
def resembling(batches: Texts, *, threshold: float, ngram: int) -> Iterator[Callable[[Flags], Flags]]:
    """Read all texts and yield a function that, of some of them, says which texts are similar to one of those.

    It takes and returns one flag per text, in order; a text is similar to itself. Texts without words (and nulls) are
    similar to nothing. Each call must flag at least what calls before it flagged.
    """
    with collect(batches, ngram) as sets:
        index = PrefixIndex(sets, threshold)
        added = np.zeros(len(sets), np.bool_)
        has_words = sets.set_of >= 0

        def similar_to(flags: Flags) -> Flags:
            flagged = np.unique(sets.set_of[flags & has_words])
            for number in flagged[~added[flagged]].tolist():
                index.add(number)
            added[flagged] = True
            found = added.copy()
            for number in np.flatnonzero(~added).tolist():
                found[number] = next(_similar_to(sets, number, index, threshold), None) is not None
            similar: Flags = np.r_[found, False][sets.set_of]
            return similar

        yield similar_to


def _similar_to(sets: GramSets, number: int, index: PrefixIndex, threshold: float) -> Iterator[tuple[int, float]]:
    """Yield the indexed sets that are similar to set ``number``, the earliest first, with their similarity."""
    candidates = index.candidates(number).tolist()
    grams = np.array(sets[number]) if candidates else sets[number]
    for candidate in candidates:
        similarity = jaccard(grams, sets[candidate])
        if similarity >= threshold:
            yield candidate, similarity


def jaccard(first: Grams, second: Grams) -> float:
    """Return the Jaccard index of two sorted arrays without repetitions, not both empty."""
    small, large = sorted((first, second), key=len)
    places = np.minimum(np.searchsorted(large, small), len(large) - 1)
    shared = int(np.count_nonzero(large[places] == small))
    return shared / (len(first) + len(second) - shared)
