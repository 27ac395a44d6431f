"""Row-local steps that make several rows of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ...columns import ROW_ID
from .bound_calls import BoundCalls
from .outcome import NO_CHILDREN, Failure, StepOutcome, named, shown, worded
from .value_steps import Target, schema_after
from .written_columns import array_of

_MAX_ROWS = 4096
_MAX_BYTES = 1 << 26


class _Children(NamedTuple):
    """The children of a batch: their parents' positions, their numbers among siblings, and what is written."""

    parents: np.ndarray[Any, np.dtype[np.int64]]
    numbers: np.ndarray[Any, np.dtype[np.int64]]
    written: dict[str, pa.Array]


class ExpandStep:
    """Makes a child of each element that the operator lists for a row, ``/1``, ``/2`` and so on behind the row's identity.

    The other columns are repeated, so the children of a batch come in pieces of bounded size.
    """

    def __init__(self, calls: BoundCalls, targets: list[Target], schema: pa.Schema) -> None:
        self._calls = calls
        self._targets = targets
        self.schema = schema_after(schema, targets)

    def apply(self, batch: pa.RecordBatch) -> Iterator[StepOutcome]:
        """Yield the children, piece by piece."""
        listed = self._calls.answers(batch)
        failed = {i: error for i, answer in enumerate(listed) if (error := _error_of(answer, len(self._targets)))}
        dropped = {i: NO_CHILDREN for i, answer in enumerate(listed) if i not in failed and not answer}
        children = self._children(listed, failed, dropped)
        repeated = batch.drop_columns([name for name in children.written if name in batch.schema.names])
        size = max(1, min(_MAX_ROWS, _MAX_BYTES * batch.num_rows // max(repeated.nbytes, 1)))
        ends = named(batch, dropped), named(batch, failed)
        for start in range(0, max(len(children.parents), 1), size):
            yield self._piece(repeated, children, slice(start, start + size), *(ends if start == 0 else ([], [])))

    def _children(self, listed: list[Any], failed: dict[int, str], dropped: dict[int, str]) -> _Children:
        counts = [0 if i in failed or i in dropped else len(answer) for i, answer in enumerate(listed)]
        parents = np.repeat(np.arange(len(listed)), counts)
        numbers = np.concatenate([np.empty(0, np.int64), *(np.arange(1, count + 1) for count in counts if count)])
        elements = [element for count, answer in zip(counts, listed, strict=True) if count for element in answer]
        written: dict[str, pa.Array] = {}
        unfit: dict[int, str] = {}
        for index, target in enumerate(self._targets):
            values = elements if len(self._targets) == 1 else [element[index] for element in elements]
            written[target.path.column], wrong = array_of(values, target.type, {})
            for position, error in wrong.items():
                unfit.setdefault(int(parents[position]), error)
        failed.update(unfit)
        good = np.flatnonzero(~np.isin(parents, list(unfit))) if unfit else np.arange(len(parents))
        return _Children(
            parents[good], numbers[good], {name: array.take(pa.array(good)) for name, array in written.items()}
        )

    def _piece(
        self,
        repeated: pa.RecordBatch,
        children: _Children,
        piece: slice,
        dropped: list[tuple[str, str]],
        quarantined: list[tuple[str, str]],
    ) -> StepOutcome:
        rows = repeated.take(pa.array(children.parents[piece]))
        numbers = children.numbers[piece]
        ids = [f"{row}/{number}" for row, number in zip(rows.column(ROW_ID).to_pylist(), numbers.tolist(), strict=True)]
        columns = {name: rows.column(name) for name in rows.schema.names}
        columns.update({name: array[piece] for name, array in children.written.items()})
        columns[ROW_ID] = pa.array(ids, pa.string())
        made = pa.RecordBatch.from_arrays([columns[name] for name in self.schema.names], schema=self.schema)
        return StepOutcome(made, int(np.count_nonzero(numbers == 1)), dropped, quarantined)


def _error_of(answer: Any, columns: int) -> str | None:
    """What is wrong with the answer for one row, which should be a list with one child per element."""
    if isinstance(answer, Failure):
        return answer.error
    if not isinstance(answer, list | tuple):
        return worded(f"an operator that expands rows returns a list, not {shown(answer)}")
    if columns > 1 and not all(isinstance(child, list | tuple) and len(child) == columns for child in answer):
        return f"each child must hold {columns} values, one per written column"
    return None
