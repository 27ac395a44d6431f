"""Filters that are asked together keep, drop and count as filters that each see what the one before has kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.columns import ROW_ID
from corpusmith.engine.execution.segments.fused_steps import FusedSteps
from corpusmith.engine.execution.steps.outcome import RowStep, StepAccount, StepOutcome
from corpusmith.engine.execution.steps.value_steps import filtered
from corpusmith.engine.operator import Drop

SCHEMA = pa.schema([(ROW_ID, pa.string()), ("n", pa.int64())])


class Divides:
    """Drops multiples row by row."""

    def __init__(self, divisor: int) -> None:
        self.schema = SCHEMA
        self._divisor = divisor

    def apply(self, batch: pa.RecordBatch) -> Iterator[StepOutcome]:
        numbers = batch.column("n").to_pylist()
        yield filtered(batch, [None if n % self._divisor else Drop(self._reason) for n in numbers])

    @property
    def _reason(self) -> str:
        return f"multiple_of_{self._divisor}"


class DividesAtOnce(Divides):
    """Drops multiples, told for all rows at once; refuses to answer for a batch with 7, and fails for one with 11."""

    def reasons(self, batch: pa.RecordBatch) -> pa.Array | None:
        numbers = batch.column("n").to_pylist()
        if 11 in numbers and self._divisor != 11:
            raise ArithmeticError(11)
        if 7 in numbers and self._divisor != 7:
            return None
        return pa.array([None if n % self._divisor else self._reason for n in numbers], pa.string())


def outcome_of(steps: Sequence[RowStep], numbers: list[int]) -> tuple[list[dict[str, Any]], list[StepAccount]]:
    batch = pa.RecordBatch.from_arrays(
        [pa.array([f"rows:x:{n}" for n in numbers], pa.string()), pa.array(numbers)], schema=SCHEMA
    )
    made = FusedSteps(steps).apply([batch])
    return [row for each in made.batches for row in each.to_pylist()], made.accounts


@given(divisors=st.lists(st.integers(2, 5), min_size=1, max_size=4), numbers=st.lists(st.integers(12, 60), max_size=30))
def test_filters_asked_together_give_what_filters_in_turn_give(divisors: list[int], numbers: list[int]) -> None:
    assert outcome_of([DividesAtOnce(d) for d in divisors], numbers) == outcome_of(
        [Divides(d) for d in divisors], numbers
    )


@given(where=st.integers(0, 3), numbers=st.lists(st.integers(2, 60).filter(lambda n: n % 11), min_size=1, max_size=30))
def test_filters_row_by_row_may_stand_between_and_some_may_not_answer(where: int, numbers: list[int]) -> None:
    mixed = [Divides(d) if place == where else DividesAtOnce(d) for place, d in enumerate((2, 3, 5, 4))]
    assert outcome_of(mixed, numbers) == outcome_of([Divides(d) for d in (2, 3, 5, 4)], numbers)


def test_a_filter_that_fails_for_rows_dropped_before_is_asked_for_the_others() -> None:
    kept, accounts = outcome_of([DividesAtOnce(11), DividesAtOnce(2)], [11, 13, 15, 16, 17])
    assert [row["n"] for row in kept] == [13, 15, 17]
    assert [(account.rows_in, account.parents) for account in accounts] == [(5, 4), (4, 3)]
    assert accounts[1].dropped == [("rows:x:16", "multiple_of_2")]


def test_a_filter_is_not_asked_for_most_of_the_rows_that_others_have_dropped() -> None:
    asked = []

    class Counting(DividesAtOnce):
        def reasons(self, batch: pa.RecordBatch) -> pa.Array | None:
            asked.append(batch.num_rows)
            return pc.if_else(pc.equal(batch.column("n"), 1), pa.scalar("one"), pa.scalar(None, pa.string()))

    outcome_of([DividesAtOnce(2), Counting(3)], [2, 4, 6, 8, 9, 10])
    assert asked == [1]
