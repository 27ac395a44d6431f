"""Vectors on disk, read in blocks of a fixed size, so that neither their number nor the engine's batches matter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ....engine.columns import type_of_arrow
from ....engine.errors import UserError
from ....engine.operator import Table

Matrix: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

BLOCK_ROWS = 1024


class VectorFile:
    """The vectors of a table, scaled to length 1; rows without a vector, or with one of length 0, are all zeros."""

    def __init__(
        self, vectors: np.ndarray[Any, np.dtype[np.float32]], present: np.ndarray[Any, np.dtype[np.bool_]]
    ) -> None:
        self._vectors = vectors
        self.present = present
        """Per row, whether it has a vector that points anywhere."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has; 0 when there is none."""
        return int(self._vectors.shape[1])

    def blocks(self) -> Iterator[tuple[int, Matrix]]:
        """Yield the position of the first row of a block, and its vectors."""
        for start in range(0, len(self._vectors), BLOCK_ROWS):
            yield start, np.asarray(self._vectors[start : start + BLOCK_ROWS], dtype=np.float64)

    def row(self, position: int) -> Matrix:
        """Return the vector of one row."""
        return np.asarray(self._vectors[position], dtype=np.float64)


@contextmanager
def vectors_of(table: Table, column: str, name: str = "the rows") -> Iterator[VectorFile]:
    """Keep the vectors in a column of a table in a temporary file for as long as the context lasts.

    Raises ``UserError`` for a column that holds no lists of numbers and for vectors of different lengths.
    """
    _require_vectors(table, column, name)
    dimensions = _dimensions(table, column, name)
    present: list[np.ndarray[Any, np.dtype[np.bool_]]] = [np.zeros(0, dtype=np.bool_)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors"
        with path.open("wb") as file:
            for batch in table.batches([column]):
                vectors = _unit_vectors(batch.column(0), dimensions)
                present.append(np.asarray(vectors.any(axis=1), dtype=np.bool_))
                file.write(vectors.astype(np.float32).tobytes())
        shape = (table.num_rows, dimensions)
        empty = not table.num_rows or not dimensions
        kept = np.zeros(shape, np.float32) if empty else np.memmap(path, dtype=np.float32, mode="r", shape=shape)
        yield VectorFile(kept, np.concatenate(present))


def _require_vectors(table: Table, column: str, name: str) -> None:
    dtype = table.schema.field(column).type
    if type_of_arrow(dtype) != "list" or type_of_arrow(dtype.value_type) not in ("number", "integer"):
        raise UserError(
            f"Column `{column}` of {name} holds {dtype}, not lists of numbers.",
            fix="Make it with `text_embedding` first.",
        )


def _dimensions(table: Table, column: str, name: str) -> int:
    """How many numbers every vector has; 0 where there is none."""
    found: set[int] = set()
    for batch in table.batches([column]):
        found.update(pc.unique(pc.list_value_length(batch.column(0).drop_null())).to_pylist())
    if len(found) > 1:
        listed = " and ".join(str(length) for length in sorted(found)[:3])
        raise UserError(f"The vectors of {name} have {listed} numbers.", fix="Embed all with one model.")
    return found.pop() if found else 0


def _unit_vectors(cells: pa.Array, dimensions: int) -> Matrix:
    """The vectors scaled to length 1, all zeros where there is none."""
    units = np.zeros((len(cells), dimensions))
    if dimensions:
        numbers = cells.drop_null().flatten().cast(pa.float64()).to_numpy(zero_copy_only=False)
        vectors = np.nan_to_num(numbers.reshape(-1, dimensions), posinf=0, neginf=0)
        largest = np.abs(vectors).max(axis=1, initial=0, keepdims=True)
        scaled = _divided(vectors, largest)
        units[np.asarray(cells.is_valid())] = _divided(scaled, np.linalg.norm(scaled, axis=1, keepdims=True))
    return units


def _divided(vectors: Matrix, lengths: Matrix) -> Matrix:
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
