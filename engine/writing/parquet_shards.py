"""Shards of Parquet, which hold every type."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from .shard import ByteSink


class ParquetShard:
    """Writes a Parquet file with one row group per call."""

    def __init__(self, sink: ByteSink, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self._sink = sink
        self._writer: Any = pq.ParquetWriter(sink, schema, compression="zstd")

    def write(self, rows: pa.Table) -> None:
        """Append a row group."""
        self._writer.write_table(rows, row_group_size=max(rows.num_rows, 1))

    def close(self) -> None:
        """Write the footer, and close the file."""
        try:
            self._writer.close()
        finally:
            self._sink.close()
