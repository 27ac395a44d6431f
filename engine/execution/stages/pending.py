"""Tables that are not on disk yet: rows to be read, and the row-local steps that are still to be applied to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ...columns import ROW_ID
from ...pipeline import Step


class Base(Protocol):
    """Rows with their identities, read as often as needed."""

    @property
    def fingerprint(self) -> str:
        """What decides the rows."""
        ...

    @property
    def full_schema(self) -> pa.Schema:
        """The columns, the hidden ones too."""
        ...

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        ...

    def full_batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows with the hidden columns, ``rows`` at a time."""
        ...


@dataclass(frozen=True)
class RoundOf:
    """The rows of a table once more, for one round of a top-up: ``~2`` stands behind their identities in the second."""

    table: Base
    round: int

    @property
    def fingerprint(self) -> str:
        """The table's own, with the round."""
        return f"{self.table.fingerprint}~{self.round}"

    @property
    def full_schema(self) -> pa.Schema:
        """The columns of the table."""
        return self.table.full_schema

    @property
    def num_rows(self) -> int:
        """How many rows the table has."""
        return self.table.num_rows

    def full_batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows under their identities in this round."""
        place = self.full_schema.get_field_index(ROW_ID)
        for batch in self.table.full_batches(rows):
            ids = pc.binary_join_element_wise(batch.column(place), pa.scalar(str(self.round)), "~")
            yield batch.set_column(place, self.full_schema.field(place), ids)


@dataclass(frozen=True)
class Part:
    """Rows with the row-local steps that wait for them, in one round of a top-up (outside of any: 1)."""

    base: Base
    steps: tuple[Step, ...] = ()
    round: int = 1


@dataclass(frozen=True)
class Pending:
    """A table as the sequence of its parts: one, or inside a top-up one for each round so far."""

    parts: tuple[Part, ...] = field(default=())

    @classmethod
    def of(cls, base: Base) -> Pending:
        """Return a table to which no step is to be applied."""
        return cls((Part(base),))

    def then(self, step: Step) -> Pending:
        """Return the table after one more row-local step."""
        return Pending(tuple(replace(part, steps=(*part.steps, step)) for part in self.parts))

    def in_rounds(self, rounds: int) -> Pending:
        """Return the table that a top-up sees after so many rounds; only for one part without waiting steps."""
        (part,) = self.parts
        return Pending(tuple(Part(RoundOf(part.base, number), (), number) for number in range(1, rounds + 1)))
