"""Embedders: texts to vectors. The default needs no model and no download."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Protocol, TypeAlias

import numpy as np
import xxhash

from .words import Analysis, analyse, vocabulary

Vectors: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]

_CONCEPT_WEIGHT = 1.0
_WORD_WEIGHT = 0.7
_PAIR_WEIGHT = 0.4
_GRAM_WEIGHT = 0.2
_GRAM_SIZES = (3, 4, 5)


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how alike the texts are."""

    @property
    def name(self) -> str:
        """What an index remembers; an index that was made by another name is refused."""
        ...

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        ...

    @property
    def revision(self) -> str:
        """Changes when the same text may get another vector; the index is then made anew."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, of length 1 (of length 0 for a text without content)."""
        ...


class HashedEmbedder:
    """Words, concepts, word pairs and character n-grams, hashed with signs into a fixed number of dimensions.

    The hashing trick of Weinberger et al. 2009 with sublinear term frequency, L2-normalised. Paraphrases meet in the
    concepts of ``concepts.yaml``. It gives the same vectors in every process and on every Python version.
    """

    def __init__(self, dimension: int = 1024) -> None:
        self.dimension = dimension
        self.name = "hashed-features"
        self.revision = f"1-{vocabulary().revision}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, of length 1 (of length 0 for a text without a word)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for feature, (count, weight) in _features(analyse(text)).items():
                digest = xxhash.xxh64_intdigest(feature.encode())
                sign = 1.0 if digest >> 63 else -1.0
                vector[digest % self.dimension] += sign * weight * (1.0 + math.log(count))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1.0)
        return vectors


def _features(analysis: Analysis) -> dict[str, tuple[int, float]]:
    """Features with how often they occur and their weight."""
    counts = Counter(_weighted(analysis))
    return {feature: (count, weight) for (feature, weight), count in counts.items()}


def _weighted(analysis: Analysis) -> Iterator[tuple[str, float]]:
    surface = analysis.surface
    yield from ((concept, _CONCEPT_WEIGHT) for concept in analysis.concepts)
    yield from ((f"w:{word}", _WORD_WEIGHT) for word in analysis.words)
    yield from ((f"p:{a} {b}", _PAIR_WEIGHT) for a, b in pairwise(surface))
    for word in surface:
        padded = f"^{word}$"
        for size in _GRAM_SIZES:
            yield from ((f"c:{padded[i : i + size]}", _GRAM_WEIGHT) for i in range(len(padded) - size + 1))
