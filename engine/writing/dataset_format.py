"""The formats in which a dataset can be written. This is the one place that names them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import pyarrow as pa

from .csv_shards import SeparatedShard, TabSeparatedShard, refuse_nested
from .json_shards import JsonLinesShard
from .parquet_shards import ParquetShard
from .shard import ByteSink, OpenShard
from .shard_sink import GzipSink, ShardSink, ZstdSink

DatasetFormat: TypeAlias = Literal["parquet", "jsonl", "jsonl.gz", "jsonl.zst", "csv", "tsv"]
"""A format is the ending of its shards' names. Each is one that ``load_dataset`` opens and whose bytes rows decide."""

DATASET_FORMATS: tuple[DatasetFormat, ...] = get_args(DatasetFormat)
MAX_SHARD_BYTES = 500_000_000
"""The size of its rows at which a shard ends, unless another is asked for."""


class _Form(NamedTuple):
    shard: Callable[[ByteSink, pa.Schema], OpenShard]
    packed: Callable[[ShardSink], Any] | None = None
    refuse: Callable[[pa.Schema], None] | None = None


_FORMS: dict[DatasetFormat, _Form] = {
    "parquet": _Form(ParquetShard),
    "jsonl": _Form(JsonLinesShard),
    "jsonl.gz": _Form(JsonLinesShard, GzipSink),
    "jsonl.zst": _Form(JsonLinesShard, ZstdSink),
    "csv": _Form(SeparatedShard, refuse=refuse_nested),
    "tsv": _Form(TabSeparatedShard, refuse=refuse_nested),
}


FLAT_FORMATS = frozenset(name for name, form in _FORMS.items() if form.refuse)
"""Formats without nested columns."""


def refuse_columns(schema: pa.Schema, form: DatasetFormat) -> None:
    """Raise ``UserError`` for columns that shards of this format cannot hold."""
    refuse = _FORMS[form].refuse
    if refuse:
        refuse(schema)


class ShardOnDisk:
    """A shard and the file behind it."""

    def __init__(self, path: Path, schema: pa.Schema, form: DatasetFormat) -> None:
        shard, packed, _ = _FORMS[form]
        self.path = path
        self._sink = ShardSink(path)
        try:
            self._shard = shard(packed(self._sink) if packed else self._sink, schema)
        except BaseException:
            self._discard()
            raise

    def write(self, rows: pa.Table) -> None:
        """Append a row group."""
        self._shard.write(rows)

    def close(self) -> None:
        """Complete the file; it is then on the disk for good."""
        self._shard.close()

    def abandon(self) -> None:
        """Let go of the file; what it holds is of no use."""
        # An unclosed writer would try to write its footer when it is collected, long after the disk was full.
        self._sink.discards = True
        self._shard.close()

    def _discard(self) -> None:
        self._sink.discards = True
        self._sink.close()
