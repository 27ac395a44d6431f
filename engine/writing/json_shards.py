"""Shards of JSON Lines."""

from __future__ import annotations

import pyarrow as pa

from .json_rows import json_rows
from .shard import ByteSink


class JsonLinesShard:
    """Writes one JSON object per line to ``sink``."""

    def __init__(self, sink: ByteSink, schema: pa.Schema) -> None:
        self._sink = sink

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        self._sink.write(json_rows(rows))

    def close(self) -> None:
        """Complete the file."""
        self._sink.close()
