from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.core.allotment import allot_groups, connected, sizes_by_share

SHARES = st.lists(st.integers(0, 20), min_size=1, max_size=5).filter(any).map(lambda n: [part / sum(n) for part in n])
LABELS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20)


@given(st.integers(0, 10_000), SHARES)
def test_sizes_sum_to_the_total_and_are_exact_to_a_row(total: int, shares: list[float]) -> None:
    sizes = sizes_by_share(total, shares)
    assert sum(sizes) == total
    assert all(abs(size - total * share) < 1 + 1e-6 for size, share in zip(sizes, shares, strict=True))


@given(st.lists(st.integers(1, 50), max_size=30).map(lambda sizes: sorted(sizes, reverse=True)), SHARES)
def test_every_part_with_a_share_gets_a_group_when_there_are_enough(sizes: list[int], shares: list[float]) -> None:
    parts = allot_groups(sizes, shares)
    wanted = {part for part, share in enumerate(shares) if share > 0}
    assert len(parts) == len(sizes)
    assert set(parts) <= wanted
    assert len(set(parts)) == min(len(wanted), len(sizes))


def test_the_largest_group_goes_where_most_is_needed() -> None:
    assert allot_groups([5, 3, 2], [0.5, 0.5]) == [0, 1, 1]


def test_a_group_larger_than_its_share_leaves_something_for_the_others() -> None:
    assert allot_groups([10] * 10, [0.98, 0.01, 0.01]) == [0] * 8 + [1, 2]


@given(LABELS)
def test_rows_tied_by_either_label_are_connected_and_no_others(pairs: list[tuple[int, int]]) -> None:
    first = np.unique([one for one, _ in pairs], return_inverse=True)[1].astype(np.int64)
    second = np.unique([other for _, other in pairs], return_inverse=True)[1].astype(np.int64)
    labels = connected(first, second).tolist()
    reached = [{position} for position in range(len(pairs))]
    for _ in pairs:
        for mine in reached:
            mine |= {
                b for a in mine for b in range(len(pairs)) if pairs[a][0] == pairs[b][0] or pairs[a][1] == pairs[b][1]
            }
    for a in range(len(pairs)):
        assert {b for b in range(len(pairs)) if labels[a] == labels[b]} == reached[a]
