"""Choose rows that differ from one another by their vectors."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from ....engine.context import Context
from ....engine.declare import dataset_operator
from ....engine.operator import Example, Params, Selection, SelectionOperator, Table
from .vector_file import Matrix, VectorFile, vectors_of

NOT_SELECTED = "not_selected"
NO_EMBEDDING = "no_embedding"
_DIGITS = 6


class DiverseRowsParams(Params):
    """Parameters of ``diverse_rows``."""

    count: int = Field(ge=1, description="How many rows are kept.")


@dataset_operator(
    name="diverse_rows",
    kind="filter",
    phase="select",
    reads={"embedding": "list"},
    example=Example(
        rows=[
            {"id": 1, "embedding": [1.0, 0.0]},
            {"id": 2, "embedding": [1.0, 0.0]},
            {"id": 3, "embedding": None},
        ],
        params={"count": 1},
        becomes=[{"id": 1, "embedding": [1.0, 0.0]}],
        dropped=[NOT_SELECTED, NO_EMBEDDING],
    ),
    use_for=("a small set that covers the data", "drop texts that say the same in other words", "core set selection"),
    not_for=("a random sample", "near duplicates by words"),
    aliases=("k-center greedy", "core set", "diversity sampling", "coverage", "semantic diversity"),
)
class DiverseRows(SelectionOperator):
    """Keeps ``count`` rows that cover the space of the vectors, chosen one by one as the farthest from all chosen before.

    Reads ``embedding``. The first row is the one closest to the mean direction, so nothing is random; distance is one minus the
    cosine similarity, and of equal ones the earlier row wins. Kept rows stay in their order; the others are dropped as
    ``not_selected``, those without a vector as ``no_embedding``. Time is ``count`` passes over the vectors on disk; 8 bytes
    per row are held. Greedy k-center after Sener and Savarese (arXiv 1708.00489).
    """

    Params = DiverseRowsParams
    params: DiverseRowsParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the rows that are not chosen."""
        with vectors_of(rows, "embedding") as vectors:
            chosen = set(_farthest_first(vectors, self.params.count))
            present = vectors.present
        drop = {
            position: NOT_SELECTED if present[position] else NO_EMBEDDING
            for position in range(len(present))
            if position not in chosen
        }
        return Selection(drop=drop)


def _farthest_first(vectors: VectorFile, count: int) -> list[int]:
    """The positions of the chosen rows, in the order of their choice."""
    wanted = min(count, int(vectors.present.sum()))
    if not wanted:
        return []
    mean = np.sum([block.sum(axis=0) for _, block in vectors.blocks()], axis=0)
    chosen = [int(np.argmin(np.where(vectors.present, _distances(vectors, mean), np.inf)))]
    nearest = np.where(vectors.present, np.inf, -np.inf)
    while len(chosen) < wanted:
        nearest = np.minimum(nearest, _distances(vectors, vectors.row(chosen[-1])))
        nearest[chosen] = -np.inf
        chosen.append(int(np.argmax(nearest)))
    return chosen


def _distances(vectors: VectorFile, target: Matrix) -> Matrix:
    return np.concatenate([np.round(1.0 - block @ target, _DIGITS) for _, block in vectors.blocks()])
