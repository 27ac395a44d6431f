"""The part that files of typed columns share: Parquet and Arrow keep their own types, and text is validated by the scan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal

import pyarrow as pa

from ..errors import UserError
from .arrow_types import carried_type, holds_text, is_carried
from .format import InputFile, Piece, Scan
from .observed import Observed
from .shape import Shape, column_of_array

BATCH_ROWS = 1024


class TypedFile(ABC):
    """A format with a schema of its own; a record's number is its position in the file."""

    content: Literal["data", "text"] = "data"
    compressible = False

    @abstractmethod
    def opened(self, file: InputFile) -> AbstractContextManager[Any]:
        """Open the file; raises ``UserError``, also for what is found broken while it is read."""

    @abstractmethod
    def schema(self, opened: Any) -> pa.Schema:
        """Return the schema of an opened file."""

    @abstractmethod
    def rows(self, opened: Any) -> int | None:
        """Return the count of rows of an opened file, or ``None`` when only reading it tells."""

    @abstractmethod
    def batches(self, opened: Any, columns: list[str] | None) -> Iterable[pa.RecordBatch]:
        """Yield the rows of an opened file, or just some of its columns."""

    def bounds(self, opened: Any, field: pa.Field) -> tuple[int, int] | None:
        """Return the smallest and largest value of an integer column, if the file knows them."""
        return None

    def scan(self, file: InputFile, columns: Observed) -> Scan:
        """Take the types from the file's own schema, and validate its text."""
        with self.opened(file) as opened:
            schema = self.schema(opened)
            _refuse_same_names(schema, file.name)
            _refuse_uncarried(schema, file.name)
            for field in schema:
                columns.see_field(field.name, field.type, self.bounds(opened, field))
            texts = [field.name for field in schema if holds_text(carried_type(field.type))]
            known = self.rows(opened)
            counted, bad = _checked(self.batches(opened, texts)) if texts or known is None else (0, {})
            return Scan((counted if known is None else known) - len(bad), bad)

    def read(self, file: InputFile, shapes: Mapping[str, Shape], bad: Collection[int]) -> Iterator[Piece]:
        """Yield the rows batch by batch; a column that this file does not have is null."""
        with self.opened(file) as opened:
            for first, batch in _numbered(self.batches(opened, None)):
                numbers = range(first, first + batch.num_rows)
                good = [number for number in numbers if number not in bad] if bad else numbers
                if len(good) < len(numbers):
                    batch = batch.take(pa.array([number - first for number in good], pa.int64()))
                yield Piece(good, [_column(batch, name, shape) for name, shape in shapes.items()])


def _column(batch: pa.RecordBatch, name: str, shape: Shape) -> pa.Array:
    if name not in batch.schema.names:
        return pa.nulls(batch.num_rows, shape.type)
    array = batch.column(name)
    return column_of_array(array.cast(carried_type(array.type)), shape)


def _numbered(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield batches, each with the number of its first record."""
    first = 1
    for batch in batches:
        yield first, batch
        first += batch.num_rows


def _checked(batches: Iterable[pa.RecordBatch]) -> tuple[int, dict[int, str]]:
    """Count the rows, and find those whose text is not valid Unicode."""
    # Readers take the bytes of a text column on trust; the first to use them as text would fail.
    counted, bad = 0, dict[int, str]()
    for first, batch in _numbered(batches):
        counted += batch.num_rows
        if _invalid(batch):
            # Taken, not sliced: a slice of a struct still holds, and validates, all of its fields' values.
            rows = ((i, batch.take(pa.array([i]))) for i in range(batch.num_rows))
            bad |= {first + i: "invalid Unicode" for i, row in rows if _invalid(row)}
    return counted, bad


def _invalid(batch: pa.RecordBatch) -> bool:
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return True
    return False


def _refuse_same_names(schema: pa.Schema, name: str) -> None:
    twice = [column for column in schema.names if schema.names.count(column) > 1]
    if twice:
        raise UserError(f"The file {name} has two columns named `{twice[0]}`.", fix="Rename one of them.")


def _refuse_uncarried(schema: pa.Schema, name: str) -> None:
    for field in schema:
        if not is_carried(field.type):
            raise UserError(
                f"Column `{field.name}` of {name} has a type that cannot be carried.",
                f"Its type is {field.type}.",
                "Write the file again with that column as text, numbers, a list or a struct, or without it.",
            )
