"""Parquet: columns keep their own types; text that is not valid Unicode is found by the scan."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import pyarrow as pa
import pyarrow.types as pat

from ..errors import UserError
from .arrow_types import carried_type, holds_text
from .format import InputFile, Piece, Scan
from .observed import Observed
from .shape import Shape, column_of_array

_BATCH_ROWS = 1024


class Parquet:
    """Reads ``.parquet``; a record's number is its position in the file."""

    suffixes = (".parquet",)
    content: Literal["data", "text"] = "data"
    compressible = False

    def scan(self, file: InputFile, columns: Observed) -> Scan:
        """Take the types from the file's own schema, and validate its text."""
        with _open(file) as parquet:
            schema = parquet.schema_arrow
            _refuse_same_names(schema, file.name)
            for field in schema:
                columns.see_field(field.name, field.type, _bounds(parquet.metadata, field))
            bad = _bad_text(parquet, [field.name for field in schema if holds_text(carried_type(field.type))])
            return Scan(parquet.metadata.num_rows - len(bad), bad)

    def read(self, file: InputFile, shapes: Mapping[str, Shape], bad: Collection[int]) -> Iterator[Piece]:
        """Yield the rows batch by batch; a column that this file does not have is null."""
        with _open(file) as parquet:
            for first, batch in _numbered(parquet, None):
                numbers = range(first, first + batch.num_rows)
                good = [number for number in numbers if number not in bad] if bad else numbers
                if len(good) < len(numbers):
                    batch = batch.take(pa.array([number - first for number in good], pa.int64()))
                yield Piece(good, [_column(batch, name, shape) for name, shape in shapes.items()])


@contextmanager
def _open(file: InputFile) -> Iterator[Any]:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file.path) as parquet:
            yield parquet
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UserError(
            f"{file.name} is not a Parquet file, or it is cut off or damaged.",
            f"{str(error).splitlines()[0]}",
            "Fetch or write the file again.",
        ) from error


def _column(batch: pa.RecordBatch, name: str, shape: Shape) -> pa.Array:
    if name not in batch.schema.names:
        return pa.nulls(batch.num_rows, shape.type)
    array = batch.column(name)
    return column_of_array(array.cast(carried_type(array.type)), shape)


def _numbered(parquet: Any, columns: list[str] | None) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield batches, each with the number of its first record."""
    first = 1
    for batch in parquet.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
        yield first, batch
        first += batch.num_rows


def _bad_text(parquet: Any, columns: list[str]) -> dict[int, str]:
    # Readers of Parquet take the bytes of a text column on trust; the first to use them as text would fail.
    bad: dict[int, str] = {}
    if columns:
        for first, batch in _numbered(parquet, columns):
            if _invalid(batch):
                # Taken, not sliced: a slice of a struct still holds, and validates, all of its fields' values.
                rows = ((i, batch.take(pa.array([i]))) for i in range(batch.num_rows))
                bad |= {first + i: "invalid Unicode" for i, row in rows if _invalid(row)}
    return bad


def _invalid(batch: pa.RecordBatch) -> bool:
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return True
    return False


def _bounds(metadata: Any, field: pa.Field) -> tuple[int, int] | None:
    """The smallest and largest value of an integer column by the file's statistics, if it has them."""
    if not pat.is_integer(field.type):
        return None
    index = next(i for i in range(metadata.num_columns) if metadata.schema.column(i).path == field.name)
    statistics = [metadata.row_group(group).column(index).statistics for group in range(metadata.num_row_groups)]
    if not all(one is not None and (one.has_min_max or one.null_count == one.num_values) for one in statistics):
        return None
    known = [one for one in statistics if one.has_min_max]
    return min((one.min for one in known), default=0), max((one.max for one in known), default=0)


def _refuse_same_names(schema: pa.Schema, name: str) -> None:
    twice = [column for column in schema.names if schema.names.count(column) > 1]
    if twice:
        raise UserError(f"The Parquet file {name} has two columns named `{twice[0]}`.", fix="Rename one of them.")
