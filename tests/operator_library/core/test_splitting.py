from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpusmith.engine.context import Context
from corpusmith.engine.errors import UserError
from corpusmith.operator_library.core.splitting import SplitRows, SplitRowsParams

FRACTIONS = {"train": 0.8, "validation": 0.1, "test": 0.1}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.none() | st.sampled_from("uvwxyz"),
            "text": st.none() | st.sampled_from(["a b", "A  b", " a B\n", "c", "C ", "d"]),
        }
    ),
    max_size=30,
)
SCHEMA = pa.schema([("source", pa.string()), ("text", pa.string())])


def splits(selection: Any) -> list[str]:
    named: list[str] = selection.writes["split"].to_pylist()
    return named


def numbered(count: int) -> pa.Table:
    return pa.table({"n": pa.array(range(count), pa.int64())})


@given(st.integers(0, 300), st.integers(0, 2**40))
def test_without_groups_the_sizes_are_exact_to_a_row(select: Any, count: int, seed: int) -> None:
    named = splits(select(SplitRows, numbered(count), fractions=FRACTIONS, seed=seed))
    assert len(named) == count
    assert all(abs(Counter(named)[name] - share * count) < 1 + 1e-6 for name, share in FRACTIONS.items())


@given(ROWS, st.integers(0, 2**40), st.booleans(), st.booleans())
def test_no_group_and_no_text_is_on_two_sides(
    select: Any, rows: list[dict[str, Any]], seed: int, by_group: bool, by_text: bool
) -> None:
    tied = {"group": "source" if by_group else None, "keep_equal": "text" if by_text else None}
    named = splits(select(SplitRows, pa.Table.from_pylist(rows, SCHEMA), fractions=FRACTIONS, seed=seed, **tied))
    where: dict[tuple[str, str], set[str]] = {}
    for row, name in zip(rows, named, strict=True):
        if by_group and row["source"] is not None:
            where.setdefault(("source", row["source"]), set()).add(name)
        if by_text and row["text"] is not None:
            where.setdefault(("text", " ".join(row["text"].split()).casefold()), set()).add(name)
    assert all(len(names) == 1 for names in where.values())


@given(st.integers(3, 60), st.integers(0, 2**40))
def test_every_split_gets_a_group_when_there_are_enough(select: Any, groups: int, seed: int) -> None:
    rows = [{"source": str(n % groups)} for n in range(3 * groups)]
    named = splits(select(SplitRows, rows, fractions={"a": 0.98, "b": 0.01, "c": 0.01}, seed=seed, group="source"))
    assert set(named) == {"a", "b", "c"}


@given(st.integers(30, 200), st.integers(0, 2**40))
def test_where_no_texts_are_equal_the_sizes_are_exact(select: Any, count: int, seed: int) -> None:
    rows = [{"text": f"text {n}"} for n in range(count)]
    exact = Counter(splits(select(SplitRows, rows, fractions=FRACTIONS, seed=seed)))
    assert Counter(splits(select(SplitRows, rows, fractions=FRACTIONS, seed=seed, keep_equal="text"))) == exact


def test_rows_without_a_group_stand_alone(select: Any) -> None:
    rows = pa.Table.from_pylist([{"source": None}] * 100, SCHEMA)
    named = splits(select(SplitRows, rows, fractions=FRACTIONS, seed=1, group="source"))
    assert Counter(named) == {"train": 80, "validation": 10, "test": 10}


@given(st.integers(0, 2**40), st.integers(1, 9))
def test_the_split_depends_on_the_seed_alone(select: Any, seed: int, batch_rows: int) -> None:
    one = select(SplitRows, numbered(40), fractions=FRACTIONS, seed=seed, context=Context(seed=1, step="a"))
    other = select(
        SplitRows, numbered(40), fractions=FRACTIONS, seed=seed, context=Context(seed=2), batch_rows=batch_rows
    )
    assert splits(one) == splits(other)


def test_rows_are_drawn_at_random_and_not_from_one_end(select: Any) -> None:
    tests = Counter(
        position
        for seed in range(1000)
        for position, name in enumerate(
            splits(select(SplitRows, numbered(10), fractions={"train": 0.9, "test": 0.1}, seed=seed))
        )
        if name == "test"
    )
    assert all(60 < tests[position] < 145 for position in range(10))


def test_groups_of_one_size_are_drawn_at_random_too(select: Any) -> None:
    rows = [{"source": str(n // 2)} for n in range(20)]
    held_out = {
        tuple(splits(select(SplitRows, rows, fractions={"train": 0.9, "test": 0.1}, seed=seed, group="source")))
        for seed in range(100)
    }
    assert len(held_out) == 10


def test_the_column_may_have_another_name_and_nothing_is_dropped(select: Any) -> None:
    selection = select(SplitRows, numbered(4), fractions={"all": 1.0}, column="part")
    assert selection.writes["part"].to_pylist() == ["all"] * 4
    assert not selection.drop
    assert selection.order is None
    after = SplitRows.operator.columns_after({"n": "integer"}, SplitRowsParams(fractions={"all": 1}, column="part"), {})
    assert after == {"n": "integer", "part": "text"}


@pytest.mark.parametrize(
    ("fractions", "said"),
    [
        ({"train": 0.8, "test": 0.1}, "sum to 0.9"),
        ({"train": 1.5, "test": -0.5}, "between 0 and 1"),
        ({"train": float("nan")}, "between 0 and 1"),
        ({"../train": 1.0}, "no name for a split"),
        ({}, "at least 1"),
    ],
)
def test_fractions_that_are_no_whole_are_refused(fractions: dict[str, float], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SplitRowsParams(fractions=fractions)


def test_thirds_that_are_rounded_are_a_whole() -> None:
    thirds = {"a": 0.3333333, "b": 0.3333333, "c": 0.3333333}
    assert SplitRowsParams(fractions=thirds).fractions == thirds


def test_an_unknown_column_is_answered_with_the_nearest_name(select: Any) -> None:
    with pytest.raises(UserError, match="Did you mean `source`"):
        select(SplitRows, [{"source": "a"}], fractions={"all": 1.0}, group="sourc")
