"""The ``Source``: rows with identities, of decided types, that can be read as often as needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from ..columns import ROW_ID
from ..rows import Quarantined
from .row_buffer import rebatched

_MAX_BATCH_BYTES = 1 << 26


class SourceFile(NamedTuple):
    """A file that a source was read from; ``rows`` counts the good ones."""

    name: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class Source:
    """The rows of an input.

    ``schema`` holds the visible columns (without the row identity), ``rows`` the count of good rows, ``fingerprint`` a
    SHA-256 over the names and contents of the files, ``notes`` sentences on what a person might not expect, and
    ``quarantined`` the records that never became rows.
    """

    schema: pa.Schema
    rows: int
    fingerprint: str
    read: Callable[[], Iterator[pa.RecordBatch]] = field(repr=False)
    """Starts a new pass over the rows, in batches of any size that begin with the row identity."""
    files: list[SourceFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)

    def batches(self, batch_rows: int = 1024) -> Iterator[pa.RecordBatch]:
        """Yield all rows in order, ``batch_rows`` at a time (fewer where rows are very long).

        The first column is the row identity ``table:file:number``, then come the columns of ``schema``. Every call yields
        the same batches. Raises ``UserError`` when a file was changed since the source was opened.
        """
        return rebatched(self.read(), schema_with_row_id(self.schema), batch_rows, _MAX_BATCH_BYTES)


def schema_with_row_id(schema: pa.Schema) -> pa.Schema:
    """Return the schema of a source's batches, given its visible columns."""
    return pa.schema([pa.field(ROW_ID, pa.string()), *schema])
