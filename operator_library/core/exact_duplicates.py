"""Drop rows that say exactly what an earlier row said."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from ...engine.context import Context
from ...engine.declare import dataset_operator
from ...engine.operator import Example, Params, Selection, SelectionOperator, Table
from .column_names import DistinctColumns, require_columns
from .digests import Digests, joined, row_digests
from .dropped_positions import DroppedPositions, Mask
from .text_folding import Normalization

_COMPARED_ROWS = 1 << 20


class ExactDuplicatesParams(Params):
    """Parameters of ``exact_duplicates``."""

    columns: DistinctColumns = Field(default_factory=list, description="Columns that must be equal; all when empty.")
    normalize: Annotated[
        Normalization,
        Field(description="Which differences between texts do not count: none, white space, or also case."),
    ] = "none"


@dataset_operator(
    name="exact_duplicates",
    kind="filter",
    phase="deduplicate",
    example=Example(
        rows=[{"text": "One  fish"}, {"text": "two fish"}, {"text": "one fish "}],
        params={"columns": ["text"], "normalize": "case_and_whitespace"},
        becomes=[{"text": "One  fish"}, {"text": "two fish"}],
        dropped=["exact_duplicate"],
    ),
    use_for=("remove duplicate rows", "no text twice", "unique values in a column"),
    not_for=("texts that are only similar", "repeated lines inside a text"),
    aliases=("deduplicate", "drop duplicates", "distinct", "exact dedup", "unique rows"),
)
class ExactDuplicates(SelectionOperator):
    """Keeps the first of each set of equal rows and drops the others with the reason ``exact_duplicate``.

    Rows are equal when they agree in ``columns`` (all columns when none are named); nulls agree with each other.
    Holds 16 bytes per row, and twice that while they are compared. Raises ``UserError`` for a column that does not exist.
    """

    Params = ExactDuplicatesParams
    params: ExactDuplicatesParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the positions of all but the first row of each set of equal rows."""
        names = self.params.columns or rows.schema.names
        require_columns(names, rows.schema.names)
        digests = joined(
            row_digests([batch.column(name) for name in names], self.params.normalize) for batch in rows.batches(names)
        )
        return Selection(drop=DroppedPositions(_repeated(digests), "exact_duplicate"))


def _repeated(digests: Digests) -> Mask:
    """Say for each row whether an earlier one has its digest. Beside the digests it takes 13 bytes per row."""
    order = np.argsort(digests, kind="stable")
    repeated = np.zeros(len(digests), dtype=np.bool_)
    for start in range(0, len(digests), _COMPARED_ROWS):
        neighbours = order[start : start + _COMPARED_ROWS + 1]
        found = digests[neighbours]
        repeated[neighbours[1:]] = found[1:] == found[:-1]
    return repeated
