from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.operator_library.core.vectors.diversity import DiverseRows

Select = Callable[..., Any]
DIRECTIONS = st.integers(0, 359).map(
    lambda degrees: [float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))]
)


def kept(select: Select, vectors: list[Any], count: int) -> list[int]:
    drop = select(DiverseRows, [{"embedding": vector} for vector in vectors], count=count).drop
    return [position for position in range(len(vectors)) if position not in drop]


def test_rows_of_each_direction_are_kept(select: Select) -> None:
    vectors = [[1.0, 0.0], [0.99, 0.1], [0.0, 1.0], [0.1, 0.99], [-1.0, 0.0], [-0.99, 0.1]]
    chosen = kept(select, vectors, 3)
    assert len({position // 2 for position in chosen}) == 3


def test_dropped_rows_say_whether_they_had_a_vector(select: Select) -> None:
    rows = [{"embedding": vector} for vector in ([1.0, 0.0], None, [1.0, 0.0], [0.0, 0.0])]
    assert select(DiverseRows, rows, count=1).drop == {1: "no_embedding", 2: "not_selected", 3: "no_embedding"}


def test_more_than_there_are_keeps_all_that_have_a_vector(select: Select) -> None:
    assert kept(select, [[1.0], None, [1.0]], 9) == [0, 2]
    nowhere = pa.table({"embedding": pa.array([None, None], pa.list_(pa.float64()))})
    assert set(select(DiverseRows, nowhere, count=1).drop.values()) == {"no_embedding"}


@given(st.lists(DIRECTIONS, min_size=1, max_size=12), st.integers(1, 12), st.integers(1, 5))
def test_the_choice_has_its_size_and_batches_do_not_change_it(
    select: Select, vectors: list[Any], count: int, batch_rows: int
) -> None:
    rows = [{"embedding": vector} for vector in vectors]
    one = select(DiverseRows, rows, count=count, batch_rows=batch_rows, context=Context(seed=3))
    assert one.drop == select(DiverseRows, rows, count=count, batch_rows=100).drop
    assert len(vectors) - len(one.drop) == min(count, len(vectors))


def test_texts_are_no_vectors(select: Select) -> None:
    with pytest.raises(UserError, match="text_embedding"):
        select(DiverseRows, [{"embedding": "a"}], count=1)
