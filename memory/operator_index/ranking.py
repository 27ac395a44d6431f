"""BM25 over the documents' words and concepts, and its fusion with the dense scores."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np

from .documents import OperatorDocument
from .words import analyse

_DENSE_SHARE = 0.4
_UNKNOWN_WORD = 0.3
_UNKNOWN_CONCEPT = 2.0
"""What is asked for in vain weighs this much beside the rarest word that some document holds: a word that no document
holds is mostly colour ("visitors", "crawl"), a concept that none speaks of says that the need is another one."""


class WordScores:
    """BM25 (Robertson and Zaragoza 2009) of a need against each document, as a share of what the need could reach."""

    def __init__(self, documents: Sequence[OperatorDocument]) -> None:
        self._names = [document.name for document in documents]
        self._bm25 = bm25s.BM25()
        terms = [analyse(document.text).terms for document in documents]
        self._known = {term for found in terms for term in found}
        if self._known:
            self._bm25.index(terms, show_progress=False)
            self._most = max(self._reach(term) for term in self._known)

    def coverage(self, need: str) -> dict[str, float]:
        """Return for each document, by name, how much of the need it explains: 0 nothing, 1 every word as well as any."""
        asked = list(dict.fromkeys(analyse(need).terms))
        known = [term for term in asked if term in self._known]
        if not known:
            return dict.fromkeys(self._names, 0.0)
        unknown = sum(
            _UNKNOWN_CONCEPT if term.startswith("@") else _UNKNOWN_WORD for term in asked if term not in self._known
        )
        possible = sum(self._reach(term) for term in known) + unknown * self._most
        scores = self._bm25.get_scores(known)
        return {name: float(score) / possible for name, score in zip(self._names, scores, strict=True)}

    def _reach(self, term: str) -> float:
        return float(np.max(self._bm25.get_scores([term])))


def fuse(dense: float, sparse: float) -> float:
    """Return one score for both; each lies between 0 and 1, so a score means the same for every need."""
    return _DENSE_SHARE * max(dense, 0.0) + (1.0 - _DENSE_SHARE) * sparse
