"""Divide the rows into splits such as train and test, without a group or a text on both sides."""

from __future__ import annotations

import re
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from pydantic import AfterValidator, Field

from ...engine.columns import ColumnName, Columns
from ...engine.context import Context
from ...engine.declare import dataset_operator
from ...engine.operator import Example, Params, Selection, SelectionOperator, Table
from .allotment import allot_groups, connected, sizes_by_share
from .column_names import NewColumnName, require_columns
from .digests import Labels, joined, labels_of, row_digests
from .randomness import Positions, Seed, random_order
from .text_folding import Normalization

_SPLIT_NAME = re.compile(r"\w+(\.\w+)*", re.ASCII)
_TOLERANCE = 1e-6


def _whole(fractions: dict[str, float]) -> dict[str, float]:
    odd = next((name for name in fractions if not _SPLIT_NAME.fullmatch(name)), None)
    if odd is not None:
        raise ValueError(f"`{odd}` is no name for a split; use letters, digits and underscores")
    if not all(0 <= fraction <= 1 for fraction in fractions.values()):
        raise ValueError("each fraction lies between 0 and 1")
    if abs(sum(fractions.values()) - 1) > _TOLERANCE:
        raise ValueError(f"the fractions sum to {sum(fractions.values()):g}; they must sum to 1")
    return fractions


class SplitRowsParams(Params):
    """Parameters of ``split_rows``."""

    fractions: Annotated[
        dict[str, float],
        Field(description="Share of the rows by name of the split, such as {train: 0.9, test: 0.1}.", min_length=1),
        AfterValidator(_whole),
    ]
    seed: Seed = None
    group: Annotated[
        ColumnName | None, Field(description="Column whose equal values stay in one split; null values stand alone.")
    ] = None
    keep_equal: Annotated[
        ColumnName | None, Field(description="Text column; texts equal but for case and white space stay in one split.")
    ] = None
    column: Annotated[NewColumnName, Field(description="The column that gets the name of the split.")] = "split"


def _with_split(before: Columns, params: Any) -> Columns:
    return {**before, params.column: "text"}


@dataset_operator(
    name="split_rows",
    kind="refine",
    phase="split",
    schema_rule=_with_split,
    example=Example(
        rows=[{"text": "a"}, {"text": "A"}, {"text": "b"}, {"text": "c"}],
        params={"fractions": {"train": 0.75, "test": 0.25}, "seed": 1, "keep_equal": "text"},
        becomes=[
            {"text": "a", "split": "train"},
            {"text": "A", "split": "train"},
            {"text": "b", "split": "test"},
            {"text": "c", "split": "train"},
        ],
    ),
    use_for=("training, validation and test splits", "hold out some rows", "split without leakage between groups"),
    not_for=("dropping rows", "cutting texts into pieces"),
    aliases=("train test split", "hold-out", "partition", "validation set"),
)
class SplitRows(SelectionOperator):
    """Names the split of each row in a new text column; a column of that name is replaced.

    Without ``group`` and ``keep_equal`` rows are drawn at random and sizes are exact to a row. With them, rows that
    belong together stay together, and sizes come as near as whole groups allow: the largest group goes first, each to
    the split that is furthest from its size. Every split with a positive fraction gets a group when there are enough.
    Holds some 50 bytes per row. Raises ``UserError`` for a column that does not exist.
    """

    Params = SplitRowsParams
    params: SplitRowsParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the name of the split of each row."""
        tied = [(self.params.group, "none"), (self.params.keep_equal, "case_and_whitespace")]
        labellings = [_labels(rows, name, normalize) for name, normalize in tied if name is not None]  # type: ignore[arg-type]
        if labellings:
            parts = self._by_group(connected(labellings[0], labellings[-1]), context)
        else:
            parts = self._by_row(rows.num_rows, context)
        names = pa.array(list(self.params.fractions), pa.string())
        return Selection(writes={self.params.column: names.take(pa.array(parts, pa.int64()))})

    def _order(self, count: int, context: Context) -> Positions:
        return random_order(count, self.params.seed, context, "split_rows")

    def _by_row(self, count: int, context: Context) -> Positions:
        sizes = sizes_by_share(count, list(self.params.fractions.values()))
        parts = np.empty(count, dtype=np.int64)
        parts[self._order(count, context)] = np.repeat(np.arange(len(sizes)), sizes)
        return parts

    def _by_group(self, groups: Labels, context: Context) -> Positions:
        sizes = np.bincount(groups)
        shuffled = self._order(len(sizes), context)
        largest_first = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
        parts = np.empty(len(sizes), dtype=np.int64)
        parts[largest_first] = allot_groups(sizes[largest_first].tolist(), list(self.params.fractions.values()))
        return parts[groups]


def _labels(rows: Table, name: str, normalize: Normalization) -> Labels:
    """A number per row, the same for equal values of the column; each null has a number of its own."""
    require_columns([name], rows.schema.names)
    digests, nulls = [], [np.empty(0, dtype=np.bool_)]
    for batch in rows.batches([name]):
        digests.append(row_digests([batch.column(name)], normalize))
        nulls.append(batch.column(name).is_null().to_numpy(zero_copy_only=False))
    alone = np.concatenate(nulls)
    labels = labels_of(joined(digests))
    labels[alone] = len(labels) + np.arange(np.count_nonzero(alone))
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
