"""The distinct n-gram sets of many texts, kept in a temporary file so that memory holds a few numbers per text."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xxhash

from .word_grams import Grams, gram_hashes

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class GramSets:
    """The distinct non-empty sets, numbered by first occurrence, and the texts (by position) that have each.

    ``grams`` is backed by a file; set ``s`` is ``grams[starts[s] : starts[s] + sizes[s]]``, sorted. ``set_of`` gives
    the set of each text, -1 for a text without words.
    """

    grams: Grams
    starts: Integers
    sizes: Integers
    set_of: Integers

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> Grams:
        start = self.starts[number]
        return self.grams[start : start + self.sizes[number]]

    def members(self) -> tuple[Integers, Integers]:
        """Return all texts with words, grouped by set and in order, and where each set's group begins."""
        order = np.argsort(self.set_of, kind="stable")
        order = order[np.searchsorted(self.set_of[order], 0) :]
        return order, np.searchsorted(self.set_of[order], np.arange(len(self) + 1))


@contextmanager
def collect(batches: Iterable[Sequence[str | None]], ngram: int) -> Iterator[GramSets]:
    """Read all texts once and yield their sets; the temporary file goes when the context ends."""
    sizes, digests, written = array("q"), array("Q"), 0
    with tempfile.TemporaryFile() as file:
        for text in (text for batch in batches for text in batch):
            grams = gram_hashes(text, ngram)
            raw = grams.tobytes()
            digest = xxhash.xxh3_128_intdigest(raw)
            digests.extend((digest >> 64, digest & (2**64 - 1)))
            sizes.append(len(grams))
            file.write(raw)
            written += len(grams)
        file.flush()
        stored: Grams = np.memmap(file, np.uint64, "r", shape=(written,)) if written else np.empty(0, np.uint64)
        yield _distinct(stored, np.frombuffer(sizes, np.int64), np.frombuffer(digests, np.uint64).reshape(-1, 2))


def _distinct(grams: Grams, sizes: Integers, digests: Grams) -> GramSets:
    filled = np.flatnonzero(sizes)
    starts = np.cumsum(sizes) - sizes
    set_of = np.full(len(sizes), -1, np.int64)
    if not len(filled):
        return GramSets(grams, starts[filled], sizes[filled], set_of)
    order = filled[np.lexsort((filled, digests[filled, 1], digests[filled, 0]))]
    is_new = np.r_[True, (digests[order[1:]] != digests[order[:-1]]).any(axis=1)]
    firsts = order[is_new]
    rank = np.empty(len(firsts), np.int64)
    rank[np.argsort(firsts)] = np.arange(len(firsts))
    set_of[order] = rank[np.cumsum(is_new) - 1]
    firsts = np.sort(firsts)
    return GramSets(grams, starts[firsts], sizes[firsts], set_of)
