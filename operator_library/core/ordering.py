"""The order of rows: sorted by columns, by length, or shuffled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from ...engine.columns import type_of_arrow
from ...engine.context import Context
from ...engine.declare import dataset_operator
from ...engine.operator import Example, Params, Selection, SelectionOperator, Table
from .column_names import DistinctColumns, require_columns
from .external_sort import sorted_positions
from .numeral_order import all_numerals, numeral_key
from .randomness import Seed, random_order


class SortRowsParams(Params):
    """Parameters of ``sort_rows``."""

    by: Annotated[DistinctColumns, Field(description="Columns to sort by, the most important first.", min_length=1)]
    descending: Annotated[bool, Field(description="Whether the largest come first.")] = False


@dataset_operator(
    name="sort_rows",
    kind="refine",
    phase="order",
    example=Example(
        rows=[{"id": 1, "score": 2}, {"id": 2, "score": None}, {"id": 3, "score": 5}],
        params={"by": ["score"], "descending": True},
        becomes=[{"id": 3, "score": 5}, {"id": 1, "score": 2}, {"id": 2, "score": None}],
    ),
    use_for=("sort by a column", "best rows first", "order by date or score"),
    not_for=("random order", "choosing rows"),
    aliases=("sort", "order by", "rank rows"),
)
class SortRows(SelectionOperator):
    """Sorts rows by one or more columns of text, numbers, booleans or times.

    Text is ordered by code point; a text column in which every value of the whole table that is not null writes a number
    is ordered by those numbers, so ``9`` comes before ``20``. Rows that are equal keep their order; nulls come last,
    whichever way is sorted. Keys are spilled to disk. Raises ``UserError`` for a column that does not exist or holds lists or structs.
    """

    Params = SortRowsParams
    params: SortRowsParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the positions in sorted order."""
        by = self.params.by
        require_columns(by, rows.schema.names)
        numeric = numeral_columns(rows, by)
        keys = (
            [_as_numbers(batch.column(name)) if name in numeric else batch.column(name) for name in by]
            for batch in rows.batches(by)
        )
        return Selection(order=sorted_positions(keys, descending=self.params.descending))


def numeral_columns(rows: Table, columns: Sequence[str]) -> set[str]:
    """Return the text columns whose values all write numbers, those of the whole table that are not null."""
    return {name for name in columns if _is_text(rows.schema.field(name).type) and all_numerals(_texts(rows, name))}


def _is_text(dtype: pa.DataType) -> bool:
    return type_of_arrow(dtype.value_type if pa.types.is_dictionary(dtype) else dtype) == "text"


def _texts(rows: Table, name: str) -> Iterator[str | None]:
    for batch in rows.batches([name]):
        yield from batch.column(0).to_pylist()


def _as_numbers(texts: pa.Array) -> pa.Array:
    keys = [None if text is None else numeral_key(text) for text in texts.to_pylist()]
    return pa.array(keys, pa.large_binary())


class SortByLengthParams(Params):
    """Parameters of ``sort_by_length``."""

    unit: Annotated[Literal["characters", "words"], Field(description="What is counted.")] = "characters"
    descending: Annotated[bool, Field(description="Whether the longest come first.")] = False


@dataset_operator(
    name="sort_by_length",
    kind="refine",
    phase="order",
    reads={"text": "text"},
    example=Example(
        rows=[{"text": "three"}, {"text": "a"}, {"text": None}, {"text": "it"}],
        becomes=[{"text": "a"}, {"text": "it"}, {"text": "three"}, {"text": None}],
    ),
    use_for=("shortest texts first", "longest texts first", "order for a curriculum"),
    not_for=("dropping long texts", "alphabetical order"),
    aliases=("sort by length", "length order", "curriculum by length"),
)
class SortByLength(SelectionOperator):
    """Sorts rows by the length of their text, in characters (code points) or in words between white space.

    Texts of one length keep their order; null texts come last, whichever way is sorted. Holds 8 bytes per row.
    """

    Params = SortByLengthParams
    params: SortByLengthParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the positions by length."""
        measured = [_lengths(batch.column("text"), self.params.unit) for batch in rows.batches(["text"])]
        lengths = np.concatenate([np.empty(0, dtype=np.int64), *measured])
        ranked = -lengths if self.params.descending else lengths
        order = np.lexsort((ranked, lengths < 0))
        return Selection(order=order.astype(np.int64, copy=False))


def _lengths(texts: pa.Array, unit: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The length of each text, -1 for null."""
    if unit == "characters":
        counted = pc.fill_null(pc.utf8_length(texts), -1)
        return np.asarray(counted.to_numpy(zero_copy_only=False), dtype=np.int64)
    words = (-1 if text is None else len(text.split()) for text in texts.to_pylist())
    return np.fromiter(words, dtype=np.int64, count=len(texts))


class ShuffleRowsParams(Params):
    """Parameters of ``shuffle_rows``."""

    seed: Seed = None


@dataset_operator(
    name="shuffle_rows",
    kind="refine",
    phase="order",
    example=Example(
        rows=[{"text": "a"}, {"text": "b"}, {"text": "c"}],
        params={"seed": 1},
        becomes=[{"text": "c"}, {"text": "a"}, {"text": "b"}],
    ),
    use_for=("random order", "mix rows of several sources", "break up sorted data before training"),
    not_for=("choosing rows", "sorting"),
    aliases=("shuffle", "randomize order", "permute"),
)
class ShuffleRows(SelectionOperator):
    """Puts the rows in a random order that depends on the seed alone. Holds 16 bytes per row."""

    Params = ShuffleRowsParams
    params: ShuffleRowsParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the positions in random order."""
        return Selection(order=random_order(rows.num_rows, self.params.seed, context, "shuffle_rows"))
