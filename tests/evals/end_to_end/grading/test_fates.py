"""Which rows must be there, which must not, and which excuse one another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.evals.end_to_end.grading.fates import Fate, all_of, equal_pairs, fate, several, trace, wrong_rows

KEEP, DROP, OPEN = Fate.KEEP, Fate.DROP, Fate.OPEN


def reasons(
    fates: Sequence[Fate], present: Sequence[int | None], conflicts: Sequence[tuple[int, int]] = ()
) -> list[str]:
    return wrong_rows(fates, present, range(len(fates)), conflicts)


@pytest.mark.parametrize(("readings", "expected"), [([True, True], KEEP), ([False], DROP), ([True, False], OPEN)])
def test_readings_that_disagree_leave_a_row_open(readings: list[bool], expected: Fate) -> None:
    assert fate(readings) is expected


@given(st.lists(st.sampled_from(Fate), min_size=1))
def test_one_criterion_that_fails_drops_a_row(fates: list[Fate]) -> None:
    together = all_of(*fates)
    assert (together is DROP) == (DROP in fates)
    assert (together is KEEP) == (set(fates) == {KEEP})


def test_what_is_lost_unwanted_or_from_nowhere_is_a_reason() -> None:
    assert reasons([KEEP, KEEP], [0]) == ["1 rows are lost: '1'"]
    assert reasons([KEEP, DROP], [0, 1]) == ["1 rows must not be there: '1'"]
    assert reasons([KEEP], [0, None]) == ["1 rows are invented, changed beyond recognition, or there twice"]
    assert reasons([KEEP, DROP, OPEN], [0]) == reasons([KEEP, DROP, OPEN], [0, 2]) == []


def test_a_copy_excuses_a_row_only_when_it_is_there_itself() -> None:
    assert reasons([KEEP, KEEP], [1], [(0, 1)]) == []
    assert len(reasons([KEEP, KEEP, KEEP], [2], [(0, 1)])) == 1


def test_a_copy_that_had_to_be_dropped_excuses_nobody() -> None:
    assert reasons([KEEP, DROP, KEEP], [2], [(0, 1), (1, 2)]) == ["1 rows are lost: '0'"]


def test_only_the_margin_is_tolerated_and_only_a_share_of_it() -> None:
    def with_margin(present: list[int | None], margin: set[int]) -> list[str]:
        return wrong_rows([KEEP] * 300, present, range(300), margin=margin, tolerated=0.01)

    assert with_margin([*range(2, 300)], {0, 1}) == []
    assert with_margin([*range(1, 300)], {5}) == ["1 rows are lost: '0'"]
    assert len(with_margin([*range(9, 300)], set(range(9)))) == 1


def test_each_input_row_explains_one_output_row_and_the_likest_goes_first() -> None:
    assert trace(["a", "a", "b"], ["a", "b"]) == [0, None, 1]
    assert trace(["a"], ["a", "a"], lambda _out, before: before) == [1]


def test_equal_values_are_paired_in_a_chain_and_none_is_no_value() -> None:
    assert equal_pairs(["x", None, "x", None, "x"]) == [(0, 2), (2, 4)]


def test_many_cases_are_one_reason_with_three_examples() -> None:
    assert several("rows", []) == []
    assert several("rows", range(9)) == ["9 rows: '0', '1', '2', ..."]
