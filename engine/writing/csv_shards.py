"""Shards of CSV and TSV: a header, then one line per row, texts in quotes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.types as pat

from ..errors import UserError
from .shard import ByteSink


class SeparatedShard:
    """Writes rows whose fields stand between ``delimiter``.

    A missing value is an empty field and an empty text is ``""``, so that readers can tell them apart; where a row has but
    one column both are ``""``, because an empty line would be no row.
    """

    def __init__(self, sink: ByteSink, schema: pa.Schema, delimiter: str = ",") -> None:
        import pyarrow.csv as pa_csv

        self._sink = sink
        self._lonely = len(schema) == 1
        self._schema = pa.schema([pa.field(schema.names[0], pa.string())]) if self._lonely else schema
        options = pa_csv.WriteOptions(include_header=bool(len(schema)), delimiter=delimiter)
        self._writer: Any = pa_csv.CSVWriter(sink, self._schema, write_options=options)

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        self._writer.write_table(_without_nulls(rows, self._schema) if self._lonely else rows)

    def close(self) -> None:
        """Complete the file, and close it."""
        try:
            self._writer.close()
        finally:
            self._sink.close()


class TabSeparatedShard(SeparatedShard):
    """Writes TSV."""

    def __init__(self, sink: ByteSink, schema: pa.Schema) -> None:
        super().__init__(sink, schema, "\t")


def refuse_nested(schema: pa.Schema) -> None:
    """Raise ``UserError`` for columns that no field of CSV can hold."""
    nested = [
        f"`{field.name}` ({field.type})" for field in schema if pat.is_nested(field.type) or _is_bytes(field.type)
    ]
    if nested:
        raise UserError(
            "CSV and TSV cannot hold lists, objects or bytes.",
            f"Such columns are: {', '.join(nested)}.",
            "Write Parquet or JSON Lines, or turn these columns into text first.",
        )


def _without_nulls(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    return pa.table([rows.column(0).cast(pa.string()).fill_null("")], schema=schema)


def _is_bytes(dtype: pa.DataType) -> bool:
    return bool(pat.is_binary(dtype) or pat.is_large_binary(dtype) or pat.is_fixed_size_binary(dtype))
