"""An n-gram language model as arrays of hashes and counts: fitted on texts, kept in a folder, read through memory maps.

Probabilities are interpolated after Witten and Bell (1991), in the form of Chen and Goodman (1999): the more different tokens
were seen after a context, the more the model leaves to shorter contexts, and at last to all tokens alike.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson
import xxhash

from .word_grams import words_of

Unit: TypeAlias = Literal["word", "character"]
Keys: TypeAlias = npt.NDArray[np.uint64]
Counts: TypeAlias = npt.NDArray[np.int64]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_START, _END = np.uint64(1), np.uint64(2)
_FIRST_CHARACTER = np.uint64(3)
_WAITING = 1 << 20
_SETTINGS = "model.json"
_DECIMALS = 4
"""Beyond them processors may differ."""


class _Grams(NamedTuple):
    """The distinct n-grams of one order by ascending key, how often each occurs, and the key of its first n-1 tokens."""

    keys: Keys
    counts: Counts
    contexts: Keys


_NONE = _Grams(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.uint64))


@dataclass
class _Counting:
    """Counts the n-grams of one order. It holds 24 bytes for each distinct one, and some that wait to be merged."""

    grams: _Grams = _NONE
    waiting: list[_Grams] = field(default_factory=list)

    def add(self, keys: Keys, contexts: Keys) -> None:
        self.waiting.append(_Grams(keys, np.ones(len(keys), np.int64), contexts))
        if sum(len(grams.keys) for grams in self.waiting) >= max(_WAITING, len(self.grams.keys)):
            self.merge()

    def merge(self) -> None:
        keys, counts, contexts = (np.concatenate(parts) for parts in zip(self.grams, *self.waiting, strict=True))
        distinct, first, place = np.unique(keys, return_index=True, return_inverse=True)
        totals = np.zeros(len(distinct), np.int64)
        np.add.at(totals, place, counts)
        self.grams, self.waiting = _Grams(distinct, totals, contexts[first]), []


def fit(texts: Iterable[str], unit: Unit, order: int, min_count: int, folder: Path) -> None:
    """Count the n-grams of ``texts`` up to ``order`` and write the model into ``folder``.

    Longer n-grams than one token that occur less than ``min_count`` times are forgotten.
    """
    counting = [_Counting() for _ in range(order)]
    for text in texts:
        tokens = _tokens(text, unit, order)
        for length, counted in enumerate(counting, start=1):
            counted.add(*_grams(tokens, length, order))
    for length, counted in enumerate(counting, start=1):
        counted.merge()
        _write(folder, length, counted.grams, min_count if length > 1 else 1)
    settings = {"unit": unit, "order": order, "vocabulary": len(counting[0].grams.keys)}
    (folder / _SETTINGS).write_bytes(orjson.dumps(settings))


def _tokens(text: str, unit: Unit, order: int) -> Keys:
    """The tokens of a text as hashes, with the marks of its start and its end."""
    if unit == "word":
        words = words_of(text)
        inner = np.fromiter((xxhash.xxh3_64_intdigest(word.encode()) for word in words), np.uint64, len(words))
    else:
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        inner = points.astype(np.uint64) + _FIRST_CHARACTER
    return np.concatenate([np.full(order - 1, _START), inner, np.array([_END])])


def _grams(tokens: Keys, length: int, order: int) -> tuple[Keys, Keys]:
    """The keys of the n-grams that end at each token behind the start, and of their first n-1 tokens."""
    count = len(tokens) - order + 1
    contexts = np.full(count, length, np.uint64)
    for place in range(order - length, order - 1):
        contexts = contexts * _MULTIPLIER + tokens[place : place + count]
    return contexts * _MULTIPLIER + tokens[order - 1 :], contexts


def _write(folder: Path, length: int, grams: _Grams, min_count: int) -> None:
    kept = grams.counts >= min_count
    keys, counts, contexts = (values[kept] for values in grams)
    known, place, followers = np.unique(contexts, return_inverse=True, return_counts=True)
    totals = np.zeros(len(known), np.int64)
    np.add.at(totals, place, counts)
    arrays = {"keys": keys, "counts": counts, "contexts": known, "totals": totals, "followers": followers}
    for name, values in arrays.items():
        np.save(folder / f"{length}-{name}.npy", values, allow_pickle=False)


class NgramModel:
    """A fitted model, read from its folder."""

    def __init__(self, folder: Path) -> None:
        settings = orjson.loads((folder / _SETTINGS).read_bytes())
        self._unit: Unit = settings["unit"]
        self._order: int = settings["order"]
        self._vocabulary: int = settings["vocabulary"]
        self._arrays = [dict(_arrays(folder, length)) for length in range(1, self._order + 1)]

    def perplexity(self, text: str) -> float | None:
        """Return the perplexity per token, the end of the text counted as one; ``None`` for a text without tokens."""
        tokens = _tokens(text, self._unit, self._order)
        if len(tokens) == self._order:
            return None
        likely = np.full(len(tokens) - self._order + 1, 1.0 / (self._vocabulary + 1))
        for length, arrays in enumerate(self._arrays, start=1):
            keys, contexts = _grams(tokens, length, self._order)
            counts = _looked_up(arrays["keys"], arrays["counts"], keys)
            totals = _looked_up(arrays["contexts"], arrays["totals"], contexts)
            followers = _looked_up(arrays["contexts"], arrays["followers"], contexts)
            known = totals > 0
            shared = counts[known] + followers[known] * likely[known]
            likely[known] = shared / (totals[known] + followers[known])
        return round(float(np.exp(-np.log(likely).mean())), _DECIMALS)


def _arrays(folder: Path, length: int) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for name in ("keys", "counts", "contexts", "totals", "followers"):
        yield name, np.load(folder / f"{length}-{name}.npy", mmap_mode="r", allow_pickle=False)


def _looked_up(known: npt.NDArray[Any], values: npt.NDArray[Any], wanted: Keys) -> npt.NDArray[np.float64]:
    """The value of each wanted key, 0 for one that is not known."""
    if not len(known):
        return np.zeros(len(wanted))
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[places] == wanted, values[places], 0).astype(np.float64)


@functools.lru_cache(maxsize=4)
def model_in(folder: Path, fingerprint: str) -> NgramModel:
    """Return the model in a folder, opened once for each content."""
    return NgramModel(folder)
