"""Vectors on disk, read in blocks of a fixed size, so that neither their number nor the engine's batches matter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

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
    dimensions = next((len(vector) for vector in _cells(table, column) if vector is not None), 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors"
        present = np.zeros(table.num_rows, dtype=np.bool_)
        with path.open("wb") as file:
            for position, cell in enumerate(_cells(table, column)):
                unit = _unit(cell, dimensions, name)
                present[position] = unit.any()
                file.write(unit.astype(np.float32).tobytes())
        shape = (table.num_rows, dimensions)
        empty = not table.num_rows or not dimensions
        kept = np.zeros(shape, np.float32) if empty else np.memmap(path, dtype=np.float32, mode="r", shape=shape)
        yield VectorFile(kept, present)


def _require_vectors(table: Table, column: str, name: str) -> None:
    dtype = table.schema.field(column).type
    if type_of_arrow(dtype) != "list" or type_of_arrow(dtype.value_type) not in ("number", "integer"):
        raise UserError(
            f"Column `{column}` of {name} holds {dtype}, not lists of numbers.",
            fix="Make it with `text_embedding` first.",
        )


def _cells(table: Table, column: str) -> Iterator[list[float] | None]:
    for batch in table.batches([column]):
        yield from batch.column(0).to_pylist()


def _unit(cell: list[float] | None, dimensions: int, name: str) -> Matrix:
    if cell is None:
        return np.zeros(dimensions)
    if len(cell) != dimensions:
        raise UserError(
            f"The vectors of {name} have {dimensions} and {len(cell)} numbers.", fix="Embed all with one model."
        )
    vector = np.nan_to_num(np.array(cell, dtype=np.float64), posinf=0.0, neginf=0.0)
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
