"""A text as the set of its word n-grams, each as a 64-bit hash."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import xxhash

Grams = npt.NDArray[np.uint64]

# Chinese and Japanese write no spaces: each of their characters is a word.
_UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}](?:[^\s{_UNSPACED}]*[^\W_{_UNSPACED}])?")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def words_of(text: str) -> list[str]:
    """Return the lower-cased words of a text without the punctuation around them."""
    return _WORD.findall(text.lower())


def gram_hashes(text: str | None, ngram: int) -> Grams:
    """Return the hashes of the distinct n-grams of words of a text, sorted.

    A text with fewer than ``ngram`` words is one gram, all its words; a text without words (or null) has none.
    """
    words = words_of(text) if text else []
    if not words:
        return np.empty(0, np.uint64)
    hashes = np.fromiter(
        (xxhash.xxh3_64_intdigest(word.encode("utf-8", "surrogatepass")) for word in words), np.uint64, len(words)
    )
    length = min(ngram, len(words))
    count = len(words) - length + 1
    grams = np.full(count, length, np.uint64)
    for place in range(length):
        grams = grams * _MULTIPLIER + hashes[place : place + count]
    return np.unique(grams)
