"""Find, for each row, the most similar rows of another table, or of its own, by their vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from pydantic import Field

from ....engine.columns import ColumnName
from ....engine.context import Context
from ....engine.declare import dataset_operator
from ....engine.errors import UserError
from ....engine.operator import DatasetOperator, DatasetResult, DerivedRows, Example, Params, Table
from ..column_names import require_columns
from ..randomness import Positions
from ..row_store import RowStore, stored
from .vector_file import BLOCK_ROWS, Matrix, VectorFile, vectors_of

_DIGITS = 6
"""Similarities are compared after rounding, so that the last bits of a machine's arithmetic decide nothing."""


class SimilarRowsParams(Params):
    """Parameters of ``similar_rows``."""

    count: int = Field(default=5, ge=1, le=1000, description="How many passages are found for each query, at most.")
    embedding: ColumnName = Field(default="embedding", description="The column with the vectors, in both tables.")
    value: ColumnName = Field(default="text", description="The column of the passages that is handed to the queries.")
    min_similarity: float = Field(default=-1.0, ge=-1, le=1, description="Cosine similarity that a passage must have.")
    skip_same_position: bool = Field(
        default=False,
        description="Skip the passage at the query's own position: one table is both queries and passages.",
    )


class Found(NamedTuple):
    """What was found for one block of queries: positions of passages (-1: none) and similarities, best first."""

    positions: Positions
    similarities: Matrix


@dataset_operator(
    name="similar_rows",
    kind="generate",
    phase="annotate",
    tables_in=("queries", "passages"),
    example=Example(
        rows=[
            {"__table__": "queries", "text": "pets", "embedding": [1.0, 0.0]},
            {"__table__": "passages", "text": "a cat", "embedding": [0.8, 0.6]},
            {"__table__": "passages", "text": "a car", "embedding": [0.0, 1.0]},
            {"__table__": "passages", "text": "a dog", "embedding": [1.0, 0.0]},
        ],
        params={"count": 2},
        becomes=[
            {"text": "pets", "embedding": [1.0, 0.0], "retrieved": ["a dog", "a cat"], "similarities": [1.0, 0.8]}
        ],
        dropped=["not_retrieved"],
    ),
    use_for=("retrieve passages for questions", "nearest neighbours", "context for RAG", "most similar texts"),
    not_for=("matching equal keys", "dropping near duplicates", "search by keywords"),
    aliases=("retrieval", "semantic search", "vector search", "top k", "k nearest neighbours", "cosine similarity"),
)
class SimilarRows(DatasetOperator):
    """Finds for each row of ``queries`` the ``count`` rows of ``passages`` whose vectors are most similar.

    Gives the queries in their order with two more columns: ``retrieved``, a list of the passages' ``value``, and
    ``similarities``, a list of their cosine similarities, the best first; equal ones in the order of the passages. Both lists
    are empty for a query without a vector. A passage that no query finds is reported as ``not_retrieved``. To search a
    table in itself, name it as both inputs and set ``skip_same_position``. The search is exact; vectors are spilled to disk,
    and two blocks of them are held. Raises ``UserError`` for a missing column, vectors of different lengths and a query
    column that is already called ``retrieved`` or ``similarities``.
    """

    Params = SimilarRowsParams
    params: SimilarRowsParams

    def run(self, tables: Mapping[str, Table], context: Context) -> DatasetResult:
        """Return the queries with what was found, each with its passages as further parents."""
        queries, passages = tables["queries"], tables["passages"]
        require_columns([self.params.embedding], queries.schema.names, "the queries")
        require_columns([self.params.embedding, self.params.value], passages.schema.names, "the passages")
        return DatasetResult({"rows": self._rows(queries, passages)}, unused_reason="not_retrieved")

    def _rows(self, queries: Table, passages: Table) -> Iterator[DerivedRows]:
        schema = _schema_after(queries.schema, passages.schema.field(self.params.value).type)
        yield DerivedRows(pa.RecordBatch.from_pylist([], schema=schema), [])
        column = self.params.embedding
        with (
            vectors_of(queries, column, "the queries") as asked,
            vectors_of(passages, column, "the passages") as known,
            stored(passages, [self.params.value]) as store,
        ):
            _require_one_space(asked, known)
            found = (best_of(start, block, asked, known, self.params) for start, block in asked.blocks())
            for start, (rows, block) in _numbered(zip(_blocks_of(queries), found, strict=True)):
                yield _answered(rows, block, store, schema, start)


def best_of(start: int, block: Matrix, asked: VectorFile, known: VectorFile, params: SimilarRowsParams) -> Found:
    """Return the best passages for a block of queries of which the first is at ``start``."""
    positions = np.full((len(block), params.count), -1, dtype=np.int64)
    similarities = np.full((len(block), params.count), -np.inf)
    for first, passages in known.blocks():
        scores = np.round(block @ passages.T, _DIGITS)
        scores[:, ~known.present[first : first + len(passages)]] = -np.inf
        scores[~asked.present[start : start + len(block)]] = -np.inf
        scores[scores < params.min_similarity] = -np.inf
        if params.skip_same_position:
            own = np.arange(start, start + len(block)) - first
            inside = (own >= 0) & (own < len(passages))
            scores[np.flatnonzero(inside), own[inside]] = -np.inf
        best = _best_in_block(scores, params.count)
        similarities, positions = _best(
            np.hstack([similarities, np.take_along_axis(scores, best, axis=1)]),
            np.hstack([positions, best + first]),
            params.count,
        )
    positions[np.isneginf(similarities)] = -1
    return Found(positions, similarities)


def _best_in_block(scores: Matrix, count: int) -> Positions:
    """The places of the ``count`` best of each row, in ascending order; of equal ones the first.

    The place is made a part of the number that is compared, so that no two are equal.
    """
    width = scores.shape[1]
    numbers = np.rint(np.where(np.isneginf(scores), -2.0, scores) * 10**_DIGITS).astype(np.int64)
    keys = numbers * width - np.arange(width)
    places = np.argpartition(-keys, count - 1, axis=1)[:, :count] if count < width else np.argsort(-keys, axis=1)
    return np.sort(places, axis=1).astype(np.int64)


def _best(similarities: Matrix, positions: Positions, count: int) -> tuple[Matrix, Positions]:
    """The ``count`` best of each row; a stable sort keeps equal ones in the order of the passages."""
    order = np.argsort(-similarities, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(similarities, order, axis=1), np.take_along_axis(positions, order, axis=1)


def _require_one_space(asked: VectorFile, known: VectorFile) -> None:
    if asked.dimensions and known.dimensions and asked.dimensions != known.dimensions:
        raise UserError(
            f"The queries' vectors have {asked.dimensions} numbers, the passages' {known.dimensions}.",
            fix="Embed both with one model.",
        )


def _schema_after(queries: pa.Schema, value: pa.DataType) -> pa.Schema:
    for name in ("retrieved", "similarities"):
        if name in queries.names:
            raise UserError(f"The queries have a column `{name}` already.", fix="Rename it first.")
    return queries.append(pa.field("retrieved", pa.list_(value))).append(
        pa.field("similarities", pa.list_(pa.float64()))
    )


def _blocks_of(table: Table) -> Iterator[pa.RecordBatch]:
    """The rows in the blocks of a ``VectorFile``, whatever the batches of the table."""
    held: list[pa.RecordBatch] = []
    for batch in table.batches(table.schema.names):
        held.append(batch)
        while sum(rows.num_rows for rows in held) >= BLOCK_ROWS:
            whole = pa.Table.from_batches(held).combine_chunks().to_batches()[0]
            yield whole.slice(0, BLOCK_ROWS)
            held = [whole.slice(BLOCK_ROWS)]
    if sum(rows.num_rows for rows in held):
        yield pa.Table.from_batches(held).combine_chunks().to_batches()[0]


def _numbered(blocks: Iterator[tuple[pa.RecordBatch, Found]]) -> Iterator[tuple[int, tuple[pa.RecordBatch, Found]]]:
    start = 0
    for rows, found in blocks:
        yield start, (rows, found)
        start += rows.num_rows


def _answered(rows: pa.RecordBatch, found: Found, store: RowStore, schema: pa.Schema, start: int) -> DerivedRows:
    hits = found.positions >= 0
    offsets = pa.array(np.concatenate([[0], np.cumsum(hits.sum(axis=1))]), pa.int32())
    flat = found.positions[hits]
    (values,) = store.take(flat)
    columns: list[Any] = [
        *rows.columns,
        pa.ListArray.from_arrays(offsets, values),
        pa.ListArray.from_arrays(offsets, pa.array(found.similarities[hits], pa.float64())),
    ]
    passages = np.split(flat, np.cumsum(hits.sum(axis=1))[:-1])
    parents = [
        [("queries", start + place), *(("passages", position) for position in own.tolist())]
        for place, own in enumerate(passages)
    ]
    made = pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
    return DerivedRows(made, parents)
