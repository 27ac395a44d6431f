"""What a run leaves for people: the dataset folder, the drop log, the quarantine, and where each row came from."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..columns import ROW_ID
from ..pipeline import OutputTable, Pipeline
from ..writing import DatasetWriter, ShardFile, write_jsonl
from .executor import Execution, origins_of
from .spill import SpilledTable

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
    write_jsonl(out / DROPPED, (row for row in _log(execution) if "reason" in row))
    write_jsonl(out / QUARANTINE, _quarantine(execution))
    return written


def _write_table(execution: Execution, output: OutputTable, folder: Path, work: Path, card: Card) -> Written:
    table = execution.tables[output.table]
    folder.parent.mkdir(parents=True, exist_ok=True)
    parents: dict[str, tuple[str, ...]] = {}
    for stage in execution.stages:
        parents.update(stage.parents)
    with DatasetWriter(
        folder, table.full_schema, format=output.format, split_column=output.split_column, splits=output.splits
    ) as writer:
        for batch in table.full_batches():
            writer.write(batch)
        shards = writer.close(card(output, [split for split, rows in writer.split_rows().items() if rows]))
    lineage = work / f"lineage-{output.table}.parquet"
    _write_lineage(lineage, table, output, parents)
    return Written(folder, shards, lineage)


def _write_lineage(
    path: Path, table: SpilledTable, output: OutputTable, parents: Mapping[str, tuple[str, ...]]
) -> None:
    """One line per output row in the order of the dataset's files: split after split, rows as they came."""
    partial = path.with_name(path.name + ".partial")
    with pq.ParquetWriter(partial, LINEAGE_SCHEMA) as writer:
        splits: list[str | None] = [*output.splits] or [None]
        for split in splits:
            for ids in _row_ids(table, output.split_column, split):
                rows = {"row": ids, "origins": [origins_of(row, parents) for row in ids]}
                writer.write_batch(pa.RecordBatch.from_pydict(rows, schema=LINEAGE_SCHEMA))
    partial.rename(path)


def _row_ids(table: SpilledTable, column: str | None, split: str | None) -> Iterator[list[str]]:
    for batch in table.full_batches():
        if split is not None and column is not None:
            batch = batch.filter(pa.compute.equal(batch.column(column), split))
        yield batch.column(ROW_ID).to_pylist()


def _log(execution: Execution) -> Iterator[dict[str, str]]:
    for stage in execution.stages:
        yield from stage.log()


def _quarantine(execution: Execution) -> Iterable[Mapping[str, Any]]:
    for source in execution.sources.values():
        yield from (row._asdict() for row in source.quarantined)
    yield from (row for row in _log(execution) if "error" in row)


def remove_outputs(out: Path) -> None:
    """Remove what ``write_outputs`` wrote, before other results take its place."""
    shutil.rmtree(out / DATASET, ignore_errors=True)
    for name in (DROPPED, QUARANTINE):
        (out / name).unlink(missing_ok=True)
