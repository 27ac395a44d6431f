from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpusmith.engine.context import Context
from corpusmith.operator_library.core.sampling import FirstRows, SampleRows, SampleRowsParams


def numbered(count: int) -> pa.Table:
    return pa.table({"n": pa.array(range(count), pa.int64())})


def kept(selection: Any, count: int) -> list[int]:
    assert selection.order is None
    return [position for position in range(count) if position not in selection.drop]


@given(st.integers(0, 60), st.integers(1, 80), st.integers(0, 2**70))
def test_a_sample_has_the_exact_size_and_the_order_of_the_input(
    select: Any, available: int, count: int, seed: int
) -> None:
    selection = select(SampleRows, numbered(available), count=count, seed=seed)
    assert len(kept(selection, available)) == min(count, available)
    assert len(selection.drop) == available - min(count, available)
    assert set(selection.drop.values()) <= {"not_sampled"}


@given(st.integers(0, 60), st.floats(0, 1, exclude_min=True))
def test_a_fraction_is_rounded_to_the_nearest_row(select: Any, available: int, fraction: float) -> None:
    size = len(kept(select(SampleRows, numbered(available), fraction=fraction, seed=0), available))
    assert abs(size - fraction * available) <= 0.5


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 2**40), st.integers(1, 9))
def test_a_sample_depends_on_the_seed_alone(
    select: Any, available: int, count: int, seed: int, batch_rows: int
) -> None:
    one = select(SampleRows, numbered(available), count=count, seed=seed, context=Context(seed=1, step="a"))
    other = select(
        SampleRows, numbered(available), count=count, seed=seed, context=Context(seed=2), batch_rows=batch_rows
    )
    assert dict(one.drop) == dict(other.drop)


@given(st.integers(1, 40), st.integers(1, 20), st.integers(0, 2**40))
def test_a_smaller_sample_is_part_of_a_larger_one(select: Any, available: int, count: int, seed: int) -> None:
    smaller = kept(select(SampleRows, numbered(available), count=count, seed=seed), available)
    larger = kept(select(SampleRows, numbered(available), count=count + 3, seed=seed), available)
    assert set(smaller) <= set(larger)


def test_every_row_is_drawn_about_equally_often(select: Any) -> None:
    drawn = Counter(
        position for seed in range(2000) for position in kept(select(SampleRows, numbered(10), count=3, seed=seed), 10)
    )
    assert all(500 < drawn[position] < 700 for position in range(10))


def test_without_a_seed_the_pipeline_and_the_step_decide(select: Any) -> None:
    samples = [
        tuple(kept(select(SampleRows, numbered(100), count=10, context=context), 100))
        for context in (Context(seed=1), Context(seed=1), Context(seed=2), Context(seed=1, step="again"))
    ]
    assert samples[0] == samples[1]
    assert len(set(samples)) == 3


@pytest.mark.parametrize("given_size", [{}, {"count": 1, "fraction": 0.5}])
def test_exactly_one_size_is_given(given_size: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="either `count` or `fraction`"):
        SampleRowsParams(**given_size)


@given(st.integers(0, 20), st.integers(1, 20))
def test_the_first_rows_are_kept_and_the_others_are_beyond_the_limit(select: Any, available: int, count: int) -> None:
    selection = select(FirstRows, numbered(available), count=count)
    assert kept(selection, available) == list(range(min(available, count)))
    assert dict(selection.drop) == dict.fromkeys(range(count, available), "beyond_limit")
