"""What becomes of a batch in a row-local step: rows that go on, rows dropped with a reason, rows quarantined."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from ...columns import ROW_ID
from ...errors import CorpusmithError, RowError

MISSING = "missing_value"
NO_CHILDREN = "no_children"
_LONGEST_ERROR = 500
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class StepOutcome(NamedTuple):
    """Output rows, how many input rows they come from, and the (row, reason) and (row, error) of rows that end here."""

    batch: pa.RecordBatch
    parents: int
    dropped: list[tuple[str, str]]
    quarantined: list[tuple[str, str]]


@dataclass
class StepAccount:
    """What became of the rows that went into one step, some of a table's or all."""

    rows_in: int = 0
    parents: int = 0
    rows_out: int = 0
    dropped: list[tuple[str, str]] = field(default_factory=list)
    quarantined: list[tuple[str, str]] = field(default_factory=list)

    def add(self, outcome: StepOutcome) -> None:
        """Count what became of rows."""
        self.parents += outcome.parents
        self.rows_out += outcome.batch.num_rows
        self.dropped += outcome.dropped
        self.quarantined += outcome.quarantined


class BatchOutcome(NamedTuple):
    """What became of rows in several steps: those that came out of the last, and an account per step."""

    batches: list[pa.RecordBatch]
    accounts: list[StepAccount]

    def followed_by(self, other: BatchOutcome) -> BatchOutcome:
        """Return the outcome of these rows and of those that come after them."""
        accounts = [
            StepAccount(
                one.rows_in + two.rows_in,
                one.parents + two.parents,
                one.rows_out + two.rows_out,
                one.dropped + two.dropped,
                one.quarantined + two.quarantined,
            )
            for one, two in zip(self.accounts, other.accounts, strict=True)
        ]
        return BatchOutcome(self.batches + other.batches, accounts)


class RowStep(Protocol):
    """A step that can be applied to one batch after another."""

    schema: pa.Schema
    """The columns after the step, the hidden ones too."""

    def apply(self, batch: pa.RecordBatch) -> Iterator[StepOutcome]:
        """Yield what became of the rows of ``batch``, in order; together the outcomes account for every row."""
        ...


class Failure(NamedTuple):
    """The error of one row, in the place of its answer."""

    error: str


def failure_of(error: BaseException) -> Failure:
    """Return the failure of one row, or raise ``error`` again when it is not about the row.

    An operator speaks of a row with ``RowError`` or by failing in any unforeseen way, ``SystemExit`` and the panic of a
    compiled library among them. The other errors of ours, such as ``UserError`` for a missing service, concern the run,
    and so does the interrupt of a person.
    """
    if isinstance(error, RowError):
        return Failure(worded(str(error)))
    if isinstance(error, CorpusmithError | KeyboardInterrupt):
        raise error
    return Failure(worded(f"{type(error).__name__}: {shown(error, str)}"))


def shown(value: Any, how: Callable[[Any], str] = repr) -> str:
    """Return a value as text for people, whatever it does when it is asked for that."""
    try:
        return how(value)
    except Exception as error:
        return f"(a {type(value).__name__} that cannot be shown: {type(error).__name__})"


def worded(error: str) -> str:
    """Return the error of a row as it is logged: not too long, and without addresses, which differ from run to run."""
    return _ADDRESS.sub("", error)[:_LONGEST_ERROR]


def failures_among(answers: list[Any]) -> dict[int, str]:
    """Return the errors by the position of their row."""
    if Failure not in set(map(type, answers)):
        return {}
    return {position: answer.error for position, answer in enumerate(answers) if isinstance(answer, Failure)}


def without(batch: pa.RecordBatch, gone: Collection[int]) -> pa.RecordBatch:
    """Return the rows of ``batch`` whose position is not in ``gone``."""
    kept = np.ones(batch.num_rows, dtype=np.bool_)
    kept[np.fromiter(gone, dtype=np.int64, count=len(gone))] = False
    return batch.filter(pa.array(kept))


def named(batch: pa.RecordBatch, words: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return ``words`` by the identity of their row instead of its position, in the order of the rows."""
    if not words:
        return []
    positions = sorted(words)
    ids = batch.column(ROW_ID).take(pa.array(positions, pa.int64())).to_pylist()
    return [(row, words[position]) for row, position in zip(ids, positions, strict=True)]
