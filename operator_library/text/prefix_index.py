"""Which sets can be similar at all: an inverted index over the rarest grams of each set.

Two sets with Jaccard similarity of at least ``t`` share a gram among their first ``n - ceil(t n) + 1`` grams, in any
order that is the same for all sets; with the rarest first, few others share one (Bayardo, Ma and Srikant, "Scaling up
all pairs similarity search", WWW 2007). Where the last shared gram stands bounds how much can follow it (Xiao et al.,
"Efficient similarity joins for near duplicate detection", WWW 2008).
"""

from __future__ import annotations

import math
from array import array

import numpy as np
import numpy.typing as npt

from .gram_sets import GramSets, Integers
from .word_grams import Grams

_ROUNDING = 1e-9
_CHUNK = 1 << 20
_MOST_COUNTERS = 1 << 25
_HIGHEST_COUNT = np.iinfo(np.uint16).max

Counters = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int32]


class PrefixIndex:
    """Sets are added one by one; ``candidates`` names the added sets that may be similar to a given one."""

    def __init__(self, sets: GramSets, threshold: float) -> None:
        self._sets = sets
        self._threshold = threshold
        tokens, places, lengths = self._prefixes(_frequencies(sets))
        owners = np.repeat(np.arange(len(sets)), lengths)
        _, lists, uses = np.unique(tokens, return_inverse=True, return_counts=True)
        shared = uses[lists] > 1
        self._lists: Integers = lists[shared]
        self._places = places[shared]
        self._bounds: Integers = np.searchsorted(owners[shared], np.arange(len(sets) + 1))
        self._list_starts: Integers = np.cumsum(uses) - uses
        self._list_sizes: Integers = np.zeros(len(uses), np.int64)
        self._posted_sets = np.zeros(len(tokens), np.int32)
        self._posted_places = np.zeros(len(tokens), np.int32)

    def _prefixes(self, counters: Counters) -> tuple[Grams, Places, Integers]:
        """Return the grams of all prefixes that more than one set may have, their places, and how many each set has."""
        tokens, places, lengths = array("Q"), array("i"), array("q")
        for number in range(len(self._sets)):
            own_tokens, own_places = self._prefix(self._sets[number], counters)
            tokens.frombytes(own_tokens.tobytes())
            places.frombytes(own_places.tobytes())
            lengths.append(len(own_tokens))
        return np.frombuffer(tokens, np.uint64), np.frombuffer(places, np.int32), np.frombuffer(lengths, np.int64)

    def _prefix(self, grams: Grams, counters: Counters) -> tuple[Grams, Places]:
        """Return the grams of one prefix that more than one set may have, and where in the order each stands."""
        counts = counters[_slots(grams, counters)]
        order = np.lexsort((grams, counts))
        length = len(grams) - math.ceil(self._threshold * len(grams) - _ROUNDING) + 1
        places = np.flatnonzero(counts[order[:length]] > 1).astype(np.int32)
        return grams[order[places]], places

    def add(self, number: int) -> None:
        """Add a set, by its number."""
        own = slice(self._bounds[number], self._bounds[number + 1])
        lists = self._lists[own]
        ends = self._list_starts[lists] + self._list_sizes[lists]
        self._posted_sets[ends] = number
        self._posted_places[ends] = self._places[own]
        self._list_sizes[lists] += 1

    def candidates(self, number: int) -> Integers:
        """Return the added sets that can be similar to set ``number``, in ascending order."""
        own = slice(self._bounds[number], self._bounds[number + 1])
        lists, places = self._lists[own], self._places[own]
        filled = self._list_sizes[lists] > 0
        lists, places = lists[filled], places[filled]
        if not len(lists):
            return np.empty(0, np.int64)
        lengths = self._list_sizes[lists]
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        posted = np.repeat(self._list_starts[lists], lengths) + steps
        return self._that_can_reach(
            number, self._posted_sets[posted], self._posted_places[posted], np.repeat(places, lengths)
        )

    def _that_can_reach(
        self,
        number: int,
        others: Places,
        other_places: Places,
        places: Places,
    ) -> Integers:
        """Return those sets of which the shared grams so far, and all that can follow the last, are enough."""
        order = np.lexsort((places, others))
        others, other_places, places = others[order], other_places[order], places[order]
        last = np.flatnonzero(np.r_[others[1:] != others[:-1], True])
        shared = np.diff(np.r_[-1, last])
        found: Integers = others[last].astype(np.int64)
        size, sizes = self._sets.sizes[number], self._sets.sizes[found]
        possible = shared + np.minimum(size - places[last], sizes - other_places[last]) - 1
        needed = self._threshold / (1 + self._threshold) * (size + sizes) - _ROUNDING
        reachable: Integers = found[possible >= needed]
        return reachable


def _slots(grams: Grams, counters: Counters) -> Grams:
    return grams & np.uint64(len(counters) - 1)


def _frequencies(sets: GramSets) -> Counters:
    """Count in how many sets each gram is, never too low: grams may share one of a bounded number of counters."""
    total = int(sets.sizes.sum())
    counters: Counters = np.zeros(min(_MOST_COUNTERS, 1 << (4 * total).bit_length()), np.uint16)
    pending: list[Grams] = []
    waiting = 0
    for number in range(len(sets)):
        pending.append(sets[number])
        waiting += len(pending[-1])
        if waiting >= _CHUNK or number == len(sets) - 1:
            slots, counts = np.unique(_slots(np.concatenate(pending), counters), return_counts=True)
            counters[slots] = np.minimum(counters[slots].astype(np.int64) + counts, _HIGHEST_COUNT)
            pending, waiting = [], 0
    return counters
