"""Parquet: columns keep their own types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.types as pat

from ..errors import UserError
from .format import InputFile
from .typed_file import BATCH_ROWS, TypedFile


class Parquet(TypedFile):
    """Reads ``.parquet``."""

    suffixes = (".parquet",)

    @contextmanager
    def opened(self, file: InputFile) -> Iterator[Any]:
        """Open the file by its footer, so that one that is cut off is noticed at once."""
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

    def schema(self, opened: Any) -> pa.Schema:
        """Return the file's schema."""
        return opened.schema_arrow

    def rows(self, opened: Any) -> int | None:
        """Return the count in the footer."""
        return int(opened.metadata.num_rows)

    def batches(self, opened: Any, columns: list[str] | None) -> Iterable[pa.RecordBatch]:
        """Yield the rows in batches that may span row groups."""
        batches: Iterable[pa.RecordBatch] = opened.iter_batches(batch_size=BATCH_ROWS, columns=columns)
        return batches

    def bounds(self, opened: Any, field: pa.Field) -> tuple[int, int] | None:
        """Return the bounds by the statistics of the row groups, if all have them."""
        metadata = opened.metadata
        if not pat.is_integer(field.type):
            return None
        index = next(i for i in range(metadata.num_columns) if metadata.schema.column(i).path == field.name)
        statistics = [metadata.row_group(group).column(index).statistics for group in range(metadata.num_row_groups)]
        if not all(one is not None and (one.has_min_max or one.null_count == one.num_values) for one in statistics):
            return None
        known = [one for one in statistics if one.has_min_max]
        return min((one.min for one in known), default=0), max((one.max for one in known), default=0)
