"""Stages that put tables behind each other: the rounds of a top-up, whole or as many rows as were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from ...columns import ROW_ID
from .spill import SpilledTable
from .stage import Stage, StageWriter

TOP_UP = "top_up"
SURPLUS = "surplus"


def concatenated(tables: Sequence[SpilledTable], folder: Path) -> Stage:
    """Return a stage with the rows of all tables in turn."""
    with StageWriter(folder, []) as writer:
        rows = writer.table("rows", tables[0].full_schema)
        for batch in _in_turn(tables):
            rows.write(batch)
        return writer.commit()


def first_rows(tables: Sequence[SpilledTable], until: int, step: str, folder: Path) -> Stage:
    """Return a stage with the first ``until`` rows of all tables in turn; the others are dropped by ``step``."""
    with StageWriter(folder, [(step, TOP_UP)]) as writer:
        rows = writer.table("rows", tables[0].full_schema)
        ledger = writer.ledgers[step]
        for batch in _in_turn(tables):
            kept = batch.slice(0, max(0, until - rows.rows))
            ledger.rows_in += batch.num_rows
            rows.write(kept)
            for row in batch.column(ROW_ID).slice(kept.num_rows).to_pylist():
                writer.drop(step, row, SURPLUS)
        ledger.parents = ledger.rows_out = rows.rows
        return writer.commit()


def _in_turn(tables: Sequence[SpilledTable]) -> Iterator[pa.RecordBatch]:
    return (batch for table in tables for batch in table.full_batches())
