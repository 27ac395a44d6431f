"""What a run leaves for people: the dataset folder, the drop log, the quarantine, and where each row came from."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..columns import ORIGINS, ROW_ID
from ..pipeline import OutputTable, Pipeline
from ..reading.json_text import json_bytes
from ..writing import DatasetWriter, ShardFile
from ..writing.durable import replace_file, write_whole
from .execution import Execution
from .lineage import origin_lists
from .stages.spill import SpilledTable

DATASET = "dataset"
DROPPED = "dropped.jsonl"
QUARANTINE = "quarantine.jsonl"
LINEAGE_SCHEMA = pa.schema([("row", pa.string()), ("origins", pa.list_(pa.string()))])

Card = Callable[[OutputTable, Sequence[str]], str]
"""Writes the dataset card of an output table, given the splits that have rows."""


@dataclass(frozen=True)
class Written:
    """The files of one output table: its dataset folder, shards and lineage."""

    folder: Path
    shards: list[ShardFile]
    lineage: Path


def write_outputs(execution: Execution, pipeline: Pipeline, out: Path, work: Path, card: Card) -> dict[str, Written]:
    """Write every output table, ``dropped.jsonl`` and ``quarantine.jsonl`` into ``out``; lineage goes under ``work``."""
    out.mkdir(parents=True, exist_ok=True)
    several = len(pipeline.outputs) > 1
    written = {}
    for output in pipeline.outputs:
        folder = out / DATASET / output.table if several else out / DATASET
        written[output.table] = _write_table(execution, output, folder, work, card)
    write_whole(out / DROPPED, _dropped(execution))
    write_whole(out / QUARANTINE, _quarantined(execution))
    return written


def _write_table(execution: Execution, output: OutputTable, folder: Path, work: Path, card: Card) -> Written:
    table = execution.tables[output.table]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with DatasetWriter(
        folder,
        table.schema,
        format=output.format,
        split_column=output.split_column,
        splits=output.splits,
        max_shard_bytes=output.max_shard_bytes,
    ) as writer:
        for batch in table.batches():
            writer.write(batch)
        splits = [split for split, rows in writer.split_rows().items() if rows]
        shards = writer.close(card(output, splits))
    lineage = work / f"lineage-{output.table}.parquet"
    _write_lineage(lineage, table, output.split_column, splits)
    return Written(folder, shards, lineage)


def _write_lineage(path: Path, table: SpilledTable, split_column: str | None, splits: Sequence[str]) -> None:
    """One line per output row in the order of the dataset's files: split after split, rows as they came."""
    partial = path.with_name(path.name + ".partial")
    names = [name for name in table.full_schema.names if name in (ROW_ID, ORIGINS, split_column)]
    with pq.ParquetWriter(partial, LINEAGE_SCHEMA) as writer:
        for split in splits if split_column else [None]:
            for batch in table.batches(names):
                rows = batch if split is None else batch.filter(pc.equal(batch.column(split_column), split))
                origins = [rows.column(ROW_ID), origin_lists(rows)]
                writer.write_batch(pa.RecordBatch.from_arrays(origins, schema=LINEAGE_SCHEMA))
    replace_file(partial, path)


def _dropped(execution: Execution) -> Iterator[bytes]:
    for step in execution.ledger.steps:
        yield from execution.stage_of(step.step).dropped_text(step.step)


def _quarantined(execution: Execution) -> Iterator[bytes]:
    for source in execution.sources.values():
        yield from (json_bytes(row._asdict()) + b"\n" for row in source.quarantined)
    for step in execution.ledger.steps:
        yield from execution.stage_of(step.step).quarantined_text(step.step)


def remove_outputs(out: Path) -> None:
    """Remove what ``write_outputs`` wrote, before other results take its place."""
    shutil.rmtree(out / DATASET, ignore_errors=True)
    for name in (DROPPED, QUARANTINE):
        (out / name).unlink(missing_ok=True)
