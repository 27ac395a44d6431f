"""The operator index: operators for a need in plain words, dense and BM25 scores fused, or "nothing fits"."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...engine.columns import ColumnType, accepts
from ...engine.errors import UserError
from ...engine.operator import Kind, Operator
from .documents import COLUMN_TYPES, OperatorDocument, documents_of, fingerprint, need_flag, reads_flag
from .embedder import Embedder, HashedEmbedder
from .ranking import WordScores, fuse
from .storage import StoredVectors, build, building, remove_unused

NOTHING_FITS_BELOW = 0.275
"""Below this score of the best hit, nothing fits. It belongs to the default embedder.

Calibrated with ``evals/retrieval`` on the needs marked ``tune``: where the shares of served needs that are turned away and of
unserved ones that are not are smallest together. The needs marked ``held_out`` say how well it does.
"""

_CURRENT = "current"


@dataclass(frozen=True)
class Hit:
    """An operator that may serve: ``score`` fuses ``dense``, a cosine, and ``sparse``, the share of the need explained."""

    name: str
    score: float
    dense: float
    sparse: float


@dataclass(frozen=True)
class Search:
    """The best hits, best first, and whether even the best one is too far from the need.

    ``out_of_reach`` holds the operators that fit better than any of the hits and need what is not available, best
    first: where there are such, nothing at hand fits.
    """

    hits: list[Hit]
    nothing_fits: bool
    out_of_reach: list[Hit] = field(default_factory=list)


class OperatorIndex:
    """Operators by need. Open it with ``OperatorIndex.open``; it may be open in several processes."""

    def __init__(self, documents: Sequence[OperatorDocument], vectors: StoredVectors, embedder: Embedder) -> None:
        self._documents = documents
        self._vectors = vectors
        self._embedder = embedder
        self._words = WordScores(documents)

    @classmethod
    def open(
        cls,
        folder: Path,
        operators: Iterable[Operator],
        embedder: Embedder | None = None,
        *,
        rebuild: bool = False,
    ) -> OperatorIndex:
        """Open the index in ``folder``, made anew when there is none or when an operator's document changed.

        Raises ``UserError`` when the index was made with another embedder and ``rebuild`` is not set.
        """
        embedder = embedder or HashedEmbedder()
        documents = documents_of(operators)
        place = folder / "operators"
        place.mkdir(parents=True, exist_ok=True)
        with building(place):
            vectors = None if rebuild else _open_current(place, embedder, _version(documents, embedder))
            if vectors is None:
                vectors = _build(place, documents, embedder)
        return cls(documents, vectors, embedder)

    def search(
        self,
        need: str,
        *,
        k: int = 5,
        kinds: Iterable[Kind] | None = None,
        needs_available: Iterable[str] | None = None,
        column_types: Iterable[ColumnType] | None = None,
    ) -> Search:
        """Return the ``k`` operators nearest to ``need``.

        ``kinds``, the ``needs`` that this run can meet (services such as ``llm``, and Python packages) and the types of the
        columns at hand each leave operators out; ``None`` leaves none out.
        """
        ranked = self._ranked(need, _where(kinds, column_types))
        at_hand = self._at_hand(needs_available)
        hits = [hit for hit in ranked if hit.name in at_hand]
        best = hits[0].score if hits else 0.0
        fitting = [hit for hit in ranked if hit.score >= NOTHING_FITS_BELOW]
        out_of_reach = [hit for hit in fitting if hit.name not in at_hand and hit.score > best]
        return Search(hits[:k], best < NOTHING_FITS_BELOW or bool(out_of_reach), out_of_reach[:k])

    def _ranked(self, need: str, where: dict[str, Any] | None) -> list[Hit]:
        dense = self._vectors.similarities(self._embedder.embed([need])[0], where)
        sparse = self._words.coverage(need)
        hits = [Hit(name, fuse(near, sparse[name]), near, sparse[name]) for name, near in dense.items()]
        return sorted(hits, key=lambda hit: (-round(hit.score, 6), hit.name))

    def _at_hand(self, available: Iterable[str] | None) -> set[str]:
        """The operators that need nothing but what is available; all of them for ``None``."""
        met = None if available is None else {need_flag(need) for need in available}
        return {document.name for document in self._documents if met is None or document.needs_flags() <= met}

    def close(self) -> None:
        """Let go of the files."""
        self._vectors.close()


def _version(documents: Sequence[OperatorDocument], embedder: Embedder) -> str:
    return fingerprint(documents, embedder.name, str(embedder.dimension), embedder.revision)


def _open_current(place: Path, embedder: Embedder, version: str) -> StoredVectors | None:
    """Open what ``current`` names, if it is readable and of this version."""
    try:
        vectors = StoredVectors(place / (place / _CURRENT).read_text().strip())
    except Exception:  # Chroma raises many kinds for a damaged folder, and the index can always be made anew
        return None
    made_by = (vectors.about.get("embedder"), vectors.about.get("dimension"))
    if made_by == (embedder.name, embedder.dimension) and vectors.about.get("version") == version:
        return vectors
    vectors.close()
    if made_by != (embedder.name, embedder.dimension):
        raise UserError(
            f"The operator index in {place} was made by the embedder `{made_by[0]}` ({made_by[1]} dimensions), "
            f"not by `{embedder.name}` ({embedder.dimension}).",
            fix=f"Delete {place} or open the index with `rebuild=True`; it is then made anew.",
        )
    return None


def _build(place: Path, documents: Sequence[OperatorDocument], embedder: Embedder) -> StoredVectors:
    about = {
        "embedder": embedder.name,
        "dimension": embedder.dimension,
        "version": _version(documents, embedder),
    }
    made = Path(tempfile.mkdtemp(dir=place, prefix="vectors-"))
    build(made, documents, embedder.embed([document.text for document in documents]), about)
    pointer = place / f"{_CURRENT}.new"
    pointer.write_text(made.name)
    pointer.replace(place / _CURRENT)
    for other in place.glob("vectors-*"):
        if other != made:
            remove_unused(other)
    return StoredVectors(made)


def _where(kinds: Iterable[Kind] | None, column_types: Iterable[ColumnType] | None) -> dict[str, Any] | None:
    conditions: list[dict[str, Any]] = []
    if kinds is not None:
        conditions.append({"kind": {"$in": sorted(kinds) or [""]}})
    if column_types is not None:
        at_hand = set(column_types)
        unreadable = [t for t in COLUMN_TYPES if not any(accepts(t, actual) for actual in at_hand)]
        conditions += [{reads_flag(column_type): False} for column_type in unreadable]
    return conditions[0] if len(conditions) == 1 else {"$and": conditions} if conditions else None
