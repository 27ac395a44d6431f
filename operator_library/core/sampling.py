"""Keep some of the rows: a random sample, or the first few."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from ...engine.context import Context
from ...engine.declare import dataset_operator
from ...engine.operator import Example, Params, Selection, SelectionOperator, Table
from .dropped_positions import DroppedPositions
from .randomness import Seed, random_order

_LETTERS = [{"text": letter} for letter in "abcd"]


class SampleRowsParams(Params):
    """Parameters of ``sample_rows``."""

    count: Annotated[int | None, Field(description="How many rows to keep.", ge=1)] = None
    fraction: Annotated[float | None, Field(description="Which share of the rows to keep.", gt=0, le=1)] = None
    seed: Seed = None

    @model_validator(mode="after")
    def _one_size(self) -> SampleRowsParams:
        if (self.count is None) == (self.fraction is None):
            raise ValueError("give either `count` or `fraction`, and not both")
        return self

    def size(self, available: int) -> int:
        """Return how many of ``available`` rows are kept; a fraction is rounded to the nearest row."""
        wanted = self.count if self.fraction is None else round(self.fraction * available)
        return min(wanted or 0, available)


@dataset_operator(
    name="sample_rows",
    kind="filter",
    phase="select",
    example=Example(
        rows=_LETTERS,
        params={"count": 2, "seed": 1},
        becomes=[{"text": "a"}, {"text": "b"}],
        dropped=["not_sampled", "not_sampled"],
    ),
    use_for=("a random subset", "at most so many rows", "try a pipeline on a few rows"),
    not_for=("choosing the best rows", "dividing into training and test data"),
    aliases=("random sample", "subsample", "downsample", "limit randomly"),
)
class SampleRows(SelectionOperator):
    """Keeps a uniform random sample without replacement, in the order of the input.

    Takes ``count`` rows, or all when there are fewer, or the ``fraction`` of them. The others are dropped with the
    reason ``not_sampled``. With one seed, a smaller sample is part of a larger one.
    """

    Params = SampleRowsParams
    params: SampleRowsParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the positions that were not drawn."""
        order = random_order(rows.num_rows, self.params.seed, context, "sample_rows")
        dropped = np.ones(rows.num_rows, dtype=np.bool_)
        dropped[order[: self.params.size(rows.num_rows)]] = False
        return Selection(drop=DroppedPositions(dropped, "not_sampled"))


class FirstRowsParams(Params):
    """Parameters of ``first_rows``."""

    count: Annotated[int, Field(description="How many rows to keep.", ge=1)]


@dataset_operator(
    name="first_rows",
    kind="filter",
    phase="select",
    example=Example(
        rows=_LETTERS,
        params={"count": 3},
        becomes=_LETTERS[:3],
        dropped=["beyond_limit"],
    ),
    use_for=("the first rows only", "the top rows after sorting", "limit the number of rows"),
    not_for=("a fair sample",),
    aliases=("head", "limit", "top n", "take"),
)
class FirstRows(SelectionOperator):
    """Keeps the first ``count`` rows and drops the others with the reason ``beyond_limit``."""

    Params = FirstRowsParams
    params: FirstRowsParams

    def select(self, rows: Table, context: Context) -> Selection:
        """Return the positions from ``count`` on."""
        return Selection(
            drop=DroppedPositions(np.arange(rows.num_rows) >= self.params.count, "beyond_limit"),
        )
