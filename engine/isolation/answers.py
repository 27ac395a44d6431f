"""What a worker behind a wall may answer for a batch, and what becomes of the batch when it does."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from ..execution.steps.outcome import StepOutcome, named
from ..operator import Rows

_REASON = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,99}")
_LONGEST_ERROR = 500
_ENDINGS = {"map": {"quarantined"}, "filter": {"dropped", "quarantined"}, "expand": {"dropped", "quarantined"}}


class LyingWorkerError(Exception):
    """A worker's answer cannot be true; ``str`` says what is wrong with it."""


class Answer(NamedTuple):
    """A checked answer: rows with the position of their parent and their number among siblings (0 without), and endings."""

    rows: pa.Table
    parents: np.ndarray
    numbers: np.ndarray
    dropped: dict[int, str]
    quarantined: dict[int, str]


def checked(ends: bytes, content: bytes, schema: pa.Schema, count: int, rows: Rows, max_rows: int) -> Answer:
    """Return the answer for ``count`` rows, or raise ``LyingWorkerError``.

    Every row is answered exactly once: it stays (or has children), is dropped with a reason code, or has an error.
    """
    dropped, quarantined = _endings(ends, count, rows)
    table = _table(content, schema, max_rows)
    parents, numbers = _identities(table.column(0), expands=rows == "expand")
    seen = np.zeros(count, dtype=np.int64)
    if len(parents) and (parents.min() < 0 or parents.max() >= count):
        raise LyingWorkerError("it answered for a row that it was not given")
    seen[np.unique(parents)] += 1
    for ended in (dropped, quarantined):
        seen[list(ended)] += 1
    if (seen != 1).any():
        raise LyingWorkerError("it did not answer for every row exactly once")
    return Answer(table, parents, numbers, dropped, quarantined)


def merged(batch: pa.RecordBatch, answer: Answer, schema: pa.Schema, written: list[str], row_id: str) -> StepOutcome:
    """Return what became of ``batch``: written columns from the answer, all others as they were."""
    kept = batch.take(pa.array(answer.parents))
    columns = {name: kept.column(name) for name in kept.schema.names}
    columns |= {name: _one_chunk(answer.rows.column(name)) for name in written}
    if answer.numbers.any():
        ids = zip(kept.column(row_id).to_pylist(), answer.numbers.tolist(), strict=True)
        columns[row_id] = pa.array([f"{parent}/{number}" for parent, number in ids], pa.string())
    made = pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
    parents = len(np.unique(answer.parents))
    return StepOutcome(made, parents, named(batch, answer.dropped), named(batch, answer.quarantined))


def _endings(content: bytes, count: int, rows: Rows) -> tuple[dict[int, str], dict[int, str]]:
    try:
        told = orjson.loads(content)
        ended = {kind: {int(row): str(why) for row, why in told[kind]} for kind in ("dropped", "quarantined")}
    except (ValueError, TypeError, KeyError) as error:
        raise LyingWorkerError("it did not say what became of the rows") from error
    if any(len(told[kind]) != len(ended[kind]) for kind in ended):
        raise LyingWorkerError("it ended a row twice")
    if any(ended[kind] and kind not in _ENDINGS[rows] for kind in ended):
        raise LyingWorkerError("it dropped a row, and the operator is no filter")
    if any(not 0 <= row < count for kind in ended.values() for row in kind):
        raise LyingWorkerError("it ended a row that it was not given")
    if not all(_REASON.fullmatch(reason) for reason in ended["dropped"].values()):
        raise LyingWorkerError("it dropped a row for a reason that is no code")
    return ended["dropped"], {row: why[:_LONGEST_ERROR] for row, why in ended["quarantined"].items()}


def _table(content: bytes, schema: pa.Schema, max_rows: int) -> pa.Table:
    try:
        with pa.ipc.open_stream(pa.py_buffer(content)) as stream:
            if not stream.schema.equals(schema):
                raise LyingWorkerError("it answered other columns than it announced")
            table = stream.read_all()
            table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise LyingWorkerError("what it answered is no Arrow data") from error
    if table.num_rows > max_rows:
        raise LyingWorkerError(f"it answered {table.num_rows:,} rows, and {max_rows:,} are allowed")
    return table


def _identities(ids: pa.ChunkedArray, *, expands: bool) -> tuple[np.ndarray, np.ndarray]:
    """The parent and the number of every answered row, in the only order that is allowed."""
    try:
        pairs = [_identity(text) for text in ids.to_pylist()]
    except (ValueError, TypeError, AttributeError) as error:
        raise LyingWorkerError("it answered a row without saying whose it is") from error
    parents = np.array([parent for parent, _ in pairs], dtype=np.int64)
    numbers = np.array([number for _, number in pairs], dtype=np.int64)
    first = np.diff(parents, prepend=-1) > 0
    follows = np.diff(parents, prepend=-1) == 0
    expected = np.where(first, 1, np.concatenate([[0], numbers[:-1]]) + 1) if expands else np.zeros_like(numbers)
    if not (first | (follows & expands)).all() or not np.array_equal(numbers, expected):
        raise LyingWorkerError("it answered the rows in another order")
    return parents, numbers


def _identity(text: str) -> tuple[int, int]:
    parent, _, number = text.partition("/")
    return int(parent), int(number or 0)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
