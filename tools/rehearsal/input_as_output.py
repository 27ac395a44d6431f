"""Which criteria the input meets before anything is done to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from ...engine.columns import ROW_ID
from ...engine.reading import Source
from ..checks.catalogue import template
from ..checks.view import Rows
from ..contract.model import Contract

_WORTH_MEASURING = frozenset({"share_of_rows"})
"""Checks whose remedy does more than is needed where the input already meets them."""


class SourceRows:
    """The rows of a source, as checks read rows."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def schema(self) -> pa.Schema:
        """The visible columns."""
        return self._source.schema

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return self._source.rows

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order."""
        names = list(columns) if columns is not None else [n for n in self._source.schema.names if n != ROW_ID]
        for batch in self._source.batches():
            yield batch.select(names)


class InputAsOutput:
    """The input, seen as if it were a run's output."""

    def __init__(self, source: Source) -> None:
        self.rows: Rows = SourceRows(source)
        self.source: Rows = self.rows
        self.splits: dict[str, Rows] = {"train": self.rows}
        self.formats: set[str] = set()
        self.origins: Sequence[Sequence[int]] = [(position,) for position in range(source.rows)]


def met_by_input(contract: Contract, source: Source) -> frozenset[str]:
    """Return the ids of the criteria that the input meets, of those for which that changes the plan."""
    met = set()
    for criterion in contract.criteria:
        if criterion.check in _WORTH_MEASURING:
            check = template(criterion.check)
            measured = check.measure(InputAsOutput(source), check.Params.model_validate(criterion.params))
            if measured.outcome == "passed":
                met.add(criterion.id)
    return frozenset(met)
